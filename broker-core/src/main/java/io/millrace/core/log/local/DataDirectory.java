package io.millrace.core.log.local;

import io.millrace.core.disk.DiskFile;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The root of everything that a broker stores: held by one process, of one format, belonging to one broker.
 *
 * <pre>
 * LOCK     locked for the life of the process; holds the process's number as text
 * FORMAT   millrace-data &lt;version&gt;
 *          broker &lt;id&gt;
 * </pre>
 *
 * Blocking; opened and closed once, by any thread. Nothing else in this process may open LOCK, not even to read it: see
 * {@link #HELD}.
 */
public final class DataDirectory implements AutoCloseable {
    /** The version of the layout below this directory that this code writes. */
    public static final int FORMAT_VERSION = 1;

    private static final String LOCK = "LOCK";
    private static final String FORMAT = "FORMAT";
    private static final String FORMAT_NEW = "FORMAT.new";
    private static final int TEXT_BYTES_MAX = 4096;
    private static final Pattern FORMAT_TEXT = Pattern.compile("millrace-data (\\d{1,9})\\s+broker (\\S+)\\s*");
    private static final Pattern FIRST_LINE = Pattern.compile("millrace-data (\\d{1,9})\\s.*", Pattern.DOTALL);

    /**
     * The directories that this process holds. Needed beside the file lock, because on POSIX systems closing any channel
     * of a file gives up all locks that the process has on it: a second attempt must not even open the file.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final FileDisk disk;
    private final Path key;
    private final FileChannel lockChannel;
    private final String brokerId;

    private DataDirectory(FileDisk disk, Path key, FileChannel lockChannel, String brokerId) {
        this.disk = disk;
        this.key = key;
        this.lockChannel = lockChannel;
        this.brokerId = brokerId;
    }

    /**
     * Takes hold of a data directory, making it if it is not there.
     *
     * @param root where it is
     * @param newBrokerId the id that a new directory gets: 1..100 printable ASCII characters without blanks
     * @throws LogException {@link Kind#LOCKED}, {@link Kind#NEWER_FORMAT} (nothing was touched), {@link Kind#CORRUPT} if
     *     there is data and no readable FORMAT, {@link Kind#IO}
     */
    public static DataDirectory open(Path root, String newBrokerId) throws LogException {
        if (!newBrokerId.matches("[!-~]{1,100}")) {
            throw new IllegalArgumentException(
                    "broker id '" + newBrokerId + "' must be 1 to 100 printable ASCII characters without blanks");
        }
        try {
            refuseNewer(root);
            FileDisk disk = new FileDisk(root);
            Path key = disk.root().toRealPath();
            if (!HELD.add(key)) {
                throw locked(root, "this process (" + ProcessHandle.current().pid() + ")", null);
            }
            try {
                return lockAndRead(disk, key, newBrokerId);
            } catch (IOException | RuntimeException e) {
                HELD.remove(key);
                throw e;
            }
        } catch (LogException e) {
            throw e;
        } catch (IOException e) {
            throw new LogException(
                    Kind.IO, "cannot open the data directory " + root + ": " + e + "; check path, owner and mode", e);
        }
    }

    /** Where it is; absolute. */
    public Path root() {
        return disk.root();
    }

    /** All that is below it. */
    public FileDisk disk() {
        return disk;
    }

    /** The id of the broker it belongs to: that of the first opening. */
    public String brokerId() {
        return brokerId;
    }

    /** Lets go of the directory; what is open in it must be closed before. */
    @Override
    public void close() throws LogException {
        try {
            lockChannel.close();
        } catch (IOException e) {
            throw new LogException(Kind.IO, "cannot close " + root().resolve(LOCK) + ": " + e, e);
        } finally {
            HELD.remove(key);
        }
    }

    /** Before anything is written, the lock included: what a newer version made is left untouched. */
    private static void refuseNewer(Path root) throws IOException {
        Path format = root.resolve(FORMAT);
        if (!Files.exists(format)) {
            return;
        }
        Matcher line = FIRST_LINE.matcher(text(format));
        if (line.matches() && Integer.parseInt(line.group(1)) > FORMAT_VERSION) {
            throw new LogException(
                    Kind.NEWER_FORMAT,
                    format + " says version " + line.group(1) + " and this broker knows versions up to "
                            + FORMAT_VERSION
                            + "; nothing was changed; start a newer broker, or use another data directory",
                    null);
        }
    }

    private static DataDirectory lockAndRead(FileDisk disk, Path key, String newBrokerId) throws IOException {
        FileChannel channel = lock(disk);
        try {
            refuseNewer(disk.root());
            return new DataDirectory(disk, key, channel, readOrWriteFormat(disk, newBrokerId));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static FileChannel lock(FileDisk disk) throws IOException {
        Path file = disk.root().resolve(LOCK);
        if (!disk.exists(LOCK)) {
            disk.create(LOCK).close();
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                String pid = text(file).strip();
                throw locked(disk.root(), pid.isEmpty() ? "another process" : "process " + pid, null);
            }
            tellWhoHoldsIt(channel);
            return channel;
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw locked(disk.root(), "this process", e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The lock is what counts; on a full disk the number of an earlier process, or none, stays beside it. */
    private static void tellWhoHoldsIt(FileChannel channel) {
        ByteBuffer text = ascii(ProcessHandle.current().pid() + "\n");
        try {
            // Over the old text, whose block is there: a file that was emptied first would need a new one.
            channel.write(text, 0);
            channel.truncate(text.limit());
        } catch (IOException e) {
            // A disk that fails is met by what comes next.
        }
    }

    private static String readOrWriteFormat(FileDisk disk, String newBrokerId) throws IOException {
        Path file = disk.root().resolve(FORMAT);
        if (disk.exists(FORMAT)) {
            String text = text(file);
            Matcher matcher = FORMAT_TEXT.matcher(text);
            if (!matcher.matches() || Integer.parseInt(matcher.group(1)) < 1) {
                throw new LogException(
                        Kind.CORRUPT,
                        file + " must read 'millrace-data <version>' and 'broker <id>', and reads '" + text.strip()
                                + "'; restore it from a backup",
                        null);
            }
            disk.forceDirectory("");
            return matcher.group(2);
        }
        if (Files.isDirectory(disk.root().resolve("system"))
                || Files.isDirectory(disk.root().resolve("vhost"))) {
            throw new LogException(
                    Kind.CORRUPT,
                    file + " is missing although there is data in " + disk.root() + "; restore it from a backup",
                    null);
        }
        disk.delete(FORMAT_NEW);
        try (DiskFile out = disk.create(FORMAT_NEW)) {
            out.write(ascii("millrace-data " + FORMAT_VERSION + "\nbroker " + newBrokerId + "\n"), 0);
            out.force();
        }
        disk.rename(FORMAT_NEW, FORMAT);
        disk.forceDirectory("");
        return newBrokerId;
    }

    private static String text(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(TEXT_BYTES_MAX), StandardCharsets.ISO_8859_1);
        }
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static LogException locked(Path root, String holder, @Nullable Throwable cause) {
        return new LogException(
                Kind.LOCKED,
                "data directory " + root + " is in use by " + holder
                        + "; stop that broker first, or give this one a directory of its own",
                cause);
    }
}
