package io.millrace.core.log.local;

import io.millrace.core.disk.Disk;
import io.millrace.core.disk.DiskFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the file system.
 *
 * <p>Files are made with mode 0600 and directories with 0700 where the file system knows modes. The calling threads must
 * not be interrupted, see the package.
 */
public final class FileDisk implements Disk {
    private static final Set<OpenOption> CREATE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    private static final Set<OpenOption> OPEN = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
    private static final FileAttribute<?>[] NO_ATTRIBUTES = {};
    private static final @Nullable OpenOption PAST_THE_CACHE = pastTheCache();

    private final Path root;
    private final boolean posix;
    private final FileAttribute<?>[] fileMode;
    private final FileAttribute<?>[] directoryMode;

    /**
     * @param root the directory that all paths are relative to; made, with its parents, if it is not there
     * @throws IOException if it cannot be made or is no directory
     */
    public FileDisk(Path root) throws IOException {
        this.root = root.toAbsolutePath().normalize();
        this.posix = this.root.getFileSystem().supportedFileAttributeViews().contains("posix");
        this.fileMode = mode("rw-------");
        this.directoryMode = mode("rwx------");
        makeDirectory(this.root);
    }

    private FileAttribute<?>[] mode(String text) {
        if (!posix) {
            return NO_ATTRIBUTES;
        }
        Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(text);
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)};
    }

    /** The directory that all paths are relative to; absolute. */
    public Path root() {
        return root;
    }

    @Override
    public DiskFile create(String path) throws IOException {
        Path file = resolve(path);
        try {
            return new ChannelFile(file.toString(), FileChannel.open(file, CREATE, fileMode), null);
        } catch (IOException e) {
            throw ChannelFile.translate(e, "create", file.toString());
        }
    }

    @Override
    public DiskFile open(String path) throws IOException {
        Path file = resolve(path);
        return new ChannelFile(file.toString(), FileChannel.open(file, OPEN), null);
    }

    @Override
    public DiskFile openForPages(String path) throws IOException {
        Path file = resolve(path);
        FileChannel channel = FileChannel.open(file, OPEN);
        return new ChannelFile(file.toString(), channel, pages(file));
    }

    /** Null where the system, the file system or the size of its blocks does not allow it. */
    private static @Nullable FileChannel pages(Path file) {
        if (PAST_THE_CACHE == null) {
            return null;
        }
        try {
            if (DiskFile.PAGE_BYTES % Files.getFileStore(file).getBlockSize() != 0) {
                return null;
            }
            return FileChannel.open(file, StandardOpenOption.WRITE, PAST_THE_CACHE);
        } catch (IOException | UnsupportedOperationException e) {
            return null;
        }
    }

    /** An option of the JDK that is not in its base module, and need not be there. */
    private static @Nullable OpenOption pastTheCache() {
        try {
            Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
            return (OpenOption) options.getField("DIRECT").get(null);
        } catch (ReflectiveOperationException | LinkageError e) {
            return null;
        }
    }

    @Override
    public boolean exists(String path) {
        return Files.exists(resolve(path));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(resolve(from), resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String path) throws IOException {
        Files.deleteIfExists(resolve(path));
    }

    @Override
    public List<String> list(String directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(resolve(directory))) {
            for (Path entry : entries) {
                Path name = entry.getFileName();
                if (name != null && !Files.isDirectory(entry)) {
                    names.add(name.toString());
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        names.sort(null);
        return names;
    }

    @Override
    public void createDirectory(String directory) throws IOException {
        Path wanted = resolve(directory);
        Path path = root;
        for (Path name : root.relativize(wanted)) {
            Path parent = path;
            path = path.resolve(name);
            // Another thread may make the same one at this moment, for a neighbour: this call does not mind.
            Files.createDirectories(path, directoryMode);
            // Also when it is there: a process that was killed may have made it without flushing its name.
            force(parent);
        }
    }

    @Override
    public void forceDirectory(String directory) throws IOException {
        force(resolve(directory));
    }

    @Override
    public long usableBytes() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }

    private void makeDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent != null) {
            makeDirectory(parent);
        }
        Files.createDirectory(directory, directoryMode);
        if (parent != null) {
            force(parent);
        }
    }

    private void force(Path directory) throws IOException {
        if (!posix) {
            // Elsewhere a directory cannot be opened, and names are as durable as the system makes them.
            return;
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private Path resolve(String path) {
        Path file = root.resolve(path).normalize();
        if (!file.startsWith(root)) {
            throw new IllegalArgumentException("path '" + path + "' leads out of " + root);
        }
        return file;
    }
}
