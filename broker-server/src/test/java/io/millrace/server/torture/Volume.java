package io.millrace.server.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A file system of our own in an image file, behind a loop device. It can lose its power: what was not flushed until then
 * is gone, and what is left lies in a copy of the image. All volumes of this process lie below one directory that bears
 * its number, so that a later process can remove what a killed one has left mounted.
 */
final class Volume implements AutoCloseable {
    static final String EXT4 = "ext4";
    static final String XFS = "xfs";

    /** Shut down as a power cut does: the file system's own journal is not flushed. */
    static final int CUT = 2;
    /** The journal is flushed first. */
    static final int CUT_BEHIND_LOG_FLUSH = 1;
    /** All is flushed first. */
    static final int CUT_BEHIND_FLUSH = 0;

    private static final String PREFIX = "millrace-torture-";
    private static final String FS_IOC_SHUTDOWN = "0x8004587d";
    private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    private static final Path OURS =
            TEMPORARY.resolve(PREFIX + ProcessHandle.current().pid());
    private static final AtomicInteger names = new AtomicInteger();

    private final Path image;
    private final Path mounted;
    private final String type;
    private final String device;
    private boolean closed;

    private Volume(Path image, String type) throws IOException, InterruptedException {
        this.image = image;
        this.type = type;
        this.mounted = OURS.resolve("at-" + names.incrementAndGet());
        Files.createDirectories(mounted);
        this.device = Shell.run("losetup", "-f", "--show", image.toString());
        try {
            // Images are copied, and XFS would take the second for the first.
            String options = type.equals(XFS) ? "nouuid" : "defaults";
            Shell.run("mount", "-t", type, "-o", options, device, mounted.toString());
        } catch (IOException e) {
            Shell.attempt("losetup", "-d", device);
            throw e;
        }
    }

    /** Makes an empty one. */
    static Volume create(String name, long bytes, String type) throws IOException, InterruptedException {
        return create(OURS, name, bytes, type);
    }

    /** Makes an empty one in an image that lies in a directory, of another volume perhaps. */
    static Volume create(Path directory, String name, long bytes, String type)
            throws IOException, InterruptedException {
        if (Files.notExists(OURS)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(OURS), "volumes-remove"));
            Files.createDirectories(OURS);
        }
        Path image = directory.resolve(name + "-" + names.incrementAndGet() + "." + type);
        Shell.run("truncate", "-s", Long.toString(bytes), image.toString());
        if (type.equals(XFS)) {
            Shell.run("mkfs.xfs", "-q", image.toString());
        } else {
            // No blocks for root alone: that is who the broker is here.
            Shell.run("mkfs.ext4", "-q", "-m", "0", "-E", "lazy_itable_init=1,lazy_journal_init=1", image.toString());
        }
        return new Volume(image, type);
    }

    /** Where its files are. */
    Path directory() {
        return mounted;
    }

    Path image() {
        return image;
    }

    /** The block device, such as /dev/loop3. */
    String device() {
        return device;
    }

    /** Takes its power away. Whoever writes to it from now on gets an error. */
    void cut(int how) throws IOException, InterruptedException {
        Shell.run(
                "perl",
                "-e",
                "open(my $d, '<', $ARGV[0]) or die; my $how = pack('L', $ARGV[1]); ioctl($d, " + FS_IOC_SHUTDOWN
                        + ", $how) or die \"ioctl: $!\"",
                mounted.toString(),
                Integer.toString(how));
    }

    /** What is left after a cut, mounted anew from a copy of the image. Nobody may have files of this one open. */
    Volume survivor() throws IOException, InterruptedException {
        return survivor(image);
    }

    /** The same of an image that lies in another place by now. */
    Volume survivor(Path left) throws IOException, InterruptedException {
        Path copy = OURS.resolve("left-" + names.incrementAndGet() + "." + type);
        // While the device still holds the image, so that nothing more is written to it.
        Shell.run("cp", "--sparse=always", left.toString(), copy.toString());
        close();
        return new Volume(copy, type);
    }

    /** Makes every write and flush wait until {@link #thaw}. */
    void freeze() throws IOException, InterruptedException {
        Shell.run("fsfreeze", "-f", mounted.toString());
    }

    void thaw() throws IOException, InterruptedException {
        Shell.run("fsfreeze", "-u", mounted.toString());
    }

    /** Fills it until so many bytes are free; 0 fills it to the last block. */
    void fill(long bytesLeft) throws IOException, InterruptedException {
        long free = Files.getFileStore(mounted).getUsableSpace();
        Path ballast = mounted.resolve("ballast-" + names.incrementAndGet());
        if (bytesLeft > 0) {
            Shell.run("fallocate", "-l", Long.toString(free - bytesLeft), ballast.toString());
        } else {
            Shell.attempt("dd", "if=/dev/zero", "of=" + ballast, "bs=64k", "conv=fsync");
            Shell.attempt("dd", "if=/dev/zero", "of=" + ballast + ".last", "bs=1k", "conv=fsync");
        }
    }

    /** Takes back everything that {@link #fill} has put there. */
    void empty() throws IOException {
        try (Stream<Path> files = Files.list(mounted)) {
            for (Path file : files.toList()) {
                if (file.getFileName().toString().startsWith("ballast-")) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            release(mounted);
            Shell.attempt("losetup", "-d", device);
            Shell.attempt("rm", "-f", image.toString());
        }
    }

    private static void release(Path mounted) {
        Shell.attempt("fsfreeze", "-u", mounted.toString());
        Shell.attempt("umount", "-l", mounted.toString());
    }

    /** Removes what processes that no longer run have left. */
    static void removeThoseOfTheDead() throws IOException {
        try (Stream<Path> files = Files.list(TEMPORARY)) {
            for (Path left : files.filter(Volume::isOfTheDead).toList()) {
                remove(left);
            }
        }
    }

    /** Brokers of a build that was killed, by the data directory on their command line. */
    private static void endBrokersOn(Path directory) {
        ProcessHandle.allProcesses().forEach(process -> {
            try {
                String command = Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
                if (command.contains("--data\0" + directory + "/")) {
                    process.destroyForcibly();
                }
            } catch (IOException e) {
                // It has ended.
            }
        });
    }

    private static boolean isOfTheDead(Path directory) {
        String name = directory.getFileName().toString();
        return name.matches(PREFIX + "[0-9]+")
                && ProcessHandle.of(Long.parseLong(name.substring(PREFIX.length())))
                        .isEmpty();
    }

    private static void remove(Path directory) {
        endBrokersOn(directory);
        try {
            List<Path> mounts = new ArrayList<>();
            for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
                Path at = Path.of(line.split(" ", 0)[1]);
                if (at.startsWith(directory)) {
                    mounts.add(at);
                }
            }
            // The inner ones first.
            mounts.sort(Comparator.reverseOrder());
            mounts.forEach(Volume::release);
            for (String line : Shell.run("losetup", "-a").lines().toList()) {
                if (line.contains("(" + directory + "/")) {
                    Shell.attempt("losetup", "-d", line.substring(0, line.indexOf(':')));
                }
            }
        } catch (IOException e) {
            // The files go all the same.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Shell.attempt("rm", "-rf", "--one-file-system", directory.toString());
    }
}
