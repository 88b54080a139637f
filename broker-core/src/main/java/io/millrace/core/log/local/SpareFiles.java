package io.millrace.core.log.local;

import io.millrace.core.disk.Disk;
import io.millrace.core.disk.DiskFile;
import io.millrace.core.disk.DiskFullException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Files that are allocated and flushed and wait to become WAL files: the next one, a reserve, and at most one more.
 *
 * <p>The reserve is touched only when the disk is full, so that acknowledgements and deletions, which make room, can still
 * be logged. Made ahead by a background task, because writing 64 MiB of zeros would hold up the confirms meanwhile; its
 * lock makes the journal wait for a file that is nearly ready instead of making a second one. The third is kept, never
 * made: where one file comes back for each that is begun, two would mean that a file is made, and one thrown away, each time.
 */
final class SpareFiles {
    /** The next file and the reserve: what is made ahead. */
    static final int COUNT_WANTED = 2;

    static final int COUNT_MAX = 3;

    private static final String SUFFIX = ".spare";
    private static final String UNFINISHED = ".new";

    private final Disk disk;
    private final String directory;
    private final List<Spare> ready = new ArrayList<>();
    private long lastNumber;
    private boolean closed;

    private record Spare(String path, long bytes) {}

    /**
     * A file that is the caller's now.
     *
     * @param path its present name; to be renamed
     * @param file open
     * @param bytes allocated
     */
    record Taken(String path, DiskFile file, long bytes) {}

    SpareFiles(Disk disk, String directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /** At start: takes over what an earlier process left, and removes what it did not finish. */
    synchronized void adopt(long bytesMin) throws IOException {
        for (String name : disk.list(directory)) {
            String path = directory + "/" + name;
            if (name.endsWith(UNFINISHED)) {
                disk.delete(path);
            } else if (name.endsWith(SUFFIX)) {
                lastNumber = Math.max(lastNumber, WalFile.number(name, SUFFIX));
                long bytes = size(path);
                if (bytes >= bytesMin && ready.size() < COUNT_MAX) {
                    ready.add(new Spare(path, bytes));
                } else {
                    disk.delete(path);
                }
            }
        }
        // The names of those must be safe before their content is changed, see give(); those of the WAL files of a
        // process
        // that was killed before it could flush them, too.
        disk.forceDirectory(directory);
    }

    private long size(String path) throws IOException {
        try (DiskFile file = disk.open(path)) {
            return file.size() & -WalFrame.PAGE_BYTES;
        }
    }

    /**
     * Hands out a file: one that is ready, as long as the reserve remains, else a new one, else the reserve.
     *
     * @param bytesMin what it must hold
     * @param bytesWanted how large it is to be if it has to be made
     * @param bytesSmall how large it may be instead if there is no room for that
     * @throws DiskFullException if none can be made and the reserve is gone or too small
     */
    synchronized Taken take(long bytesMin, long bytesWanted, long bytesSmall) throws IOException {
        int index = fitting(bytesMin);
        if (ready.size() >= COUNT_WANTED && index >= 0) {
            return open(ready.remove(index));
        }
        try {
            return open(makeOrSmall(Math.max(bytesMin, bytesWanted), Math.max(bytesMin, bytesSmall)));
        } catch (DiskFullException e) {
            if (index < 0) {
                throw e;
            }
            return open(ready.remove(index));
        }
    }

    /**
     * Hands out a file for the first use after a start: one that is ready, the reserve too, which is made anew behind it,
     * so that no start waits until a file is made; else a new one.
     *
     * @param bytesMin what it must hold
     * @param bytesWanted how large it is to be if it has to be made
     * @throws DiskFullException if none is ready and none can be made
     */
    synchronized Taken takeAtStart(long bytesMin, long bytesWanted) throws IOException {
        int index = fitting(bytesMin);
        return open(index >= 0 ? ready.remove(index) : make(Math.max(bytesMin, bytesWanted)));
    }

    /** Hands out a new file of that size, whatever is ready. */
    synchronized Taken takeNew(long bytes) throws IOException {
        return open(make(bytes));
    }

    /** Makes a reserve of that size, then deletes the larger files. */
    synchronized void shrink(long bytes) throws IOException {
        boolean small = ready.stream().anyMatch(spare -> spare.bytes <= bytes);
        Spare reserve = small ? null : make(bytes);
        for (Spare spare : List.copyOf(ready)) {
            if (spare.bytes > bytes) {
                ready.remove(spare);
                disk.delete(spare.path);
            }
        }
        if (reserve != null) {
            ready.add(reserve);
        }
    }

    private Spare makeOrSmall(long bytes, long bytesSmall) throws IOException {
        try {
            return make(bytes);
        } catch (DiskFullException e) {
            if (bytesSmall >= bytes) {
                throw e;
            }
            return make(bytesSmall);
        }
    }

    private int fitting(long bytesMin) {
        for (int i = 0; i < ready.size(); i++) {
            if (ready.get(i).bytes >= bytesMin) {
                return i;
            }
        }
        return -1;
    }

    private Taken open(Spare spare) throws IOException {
        return new Taken(spare.path, disk.openForPages(spare.path), spare.bytes);
    }

    /** Makes files until {@code count} are ready or the disk is full. */
    synchronized void refill(int count, long bytes) throws IOException {
        try {
            while (!closed && ready.size() < count) {
                ready.add(make(bytes));
            }
        } catch (DiskFullException e) {
            // Nobody waits for these; when one is needed and cannot be made, the journal says so.
        }
    }

    private Spare make(long bytes) throws IOException {
        long usable = disk.usableBytes();
        if (usable < bytes) {
            throw new DiskFullException(
                    "cannot allocate " + bytes + " bytes in " + directory + ": " + usable + " left");
        }
        String path = directory + "/" + WalFile.numberName(++lastNumber);
        String unfinished = path + UNFINISHED;
        disk.create(unfinished).close();
        try (DiskFile file = disk.openForPages(unfinished)) {
            file.preallocate(bytes);
            file.force();
        } catch (DiskFullException e) {
            disk.delete(unfinished);
            throw e;
        }
        disk.rename(unfinished, path + SUFFIX);
        return new Spare(path + SUFFIX, bytes);
    }

    /**
     * Takes a WAL file that nobody needs any more.
     *
     * @param bytesUseful a smaller one is only taken as the reserve, if that is gone
     * @return false if there are enough; then it is the caller's to delete
     */
    synchronized boolean give(String path, long bytes, long bytesUseful) throws IOException {
        if (ready.size() >= (bytes >= bytesUseful ? COUNT_MAX : 1)) {
            return false;
        }
        String spare = directory + "/" + WalFile.numberName(++lastNumber) + SUFFIX;
        disk.rename(path, spare);
        // Before anybody writes a new header into it: otherwise, after a crash, the old name could bear that header.
        disk.forceDirectory(directory);
        ready.add(new Spare(spare, bytes));
        return true;
    }

    /** Waits for a file that is being made, and makes no more. */
    synchronized void close() {
        closed = true;
    }
}
