package io.millrace.core.disk;

import java.io.IOException;
import java.util.List;

/**
 * A directory tree of files, narrow enough to be simulated with every fault that a disk can have.
 *
 * <p>Paths are relative, with {@code /} between names. Blocking; any thread. A full disk is told apart from all other
 * errors by {@link DiskFullException}.
 */
public interface Disk {

    /**
     * Creates an empty file and opens it for reading and writing. Its name is safe only after {@link #forceDirectory}.
     *
     * @throws IOException if it exists already, or for any reason of the system's
     */
    DiskFile create(String path) throws IOException;

    /** Opens an existing file for reading and writing. */
    DiskFile open(String path) throws IOException;

    /** As {@link #open}, for a file that {@link DiskFile#writePages} is used on: that may pass by the system's cache then. */
    default DiskFile openForPages(String path) throws IOException {
        return open(path);
    }

    /** Whether a file of that name is there. */
    boolean exists(String path) throws IOException;

    /** Gives a file another name, replacing what bears it, in one step. Safe only after {@link #forceDirectory}. */
    void rename(String from, String to) throws IOException;

    /** Removes a file; nothing happens if it is not there. */
    void delete(String path) throws IOException;

    /** Names of the files (not directories) directly in a directory, sorted; empty if the directory is not there. */
    List<String> list(String directory) throws IOException;

    /** Creates a directory with its parents, durably; nothing happens if it is there. */
    void createDirectory(String directory) throws IOException;

    /** Makes the names in a directory durable. */
    void forceDirectory(String directory) throws IOException;

    /** Bytes that may still be written before the disk is full. */
    long usableBytes() throws IOException;
}
