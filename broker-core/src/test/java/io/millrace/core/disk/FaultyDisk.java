package io.millrace.core.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Wraps a disk and does to chosen operations what bad disks do. Any thread, one at a time in here. */
public final class FaultyDisk implements Disk {
    /** What can be counted and made to fail. */
    public enum Operation {
        /** {@link Disk#create}. */
        CREATE,
        /** {@link Disk#open}. */
        OPEN,
        /** {@link Disk#rename}, by its target. */
        RENAME,
        /** {@link Disk#delete}. */
        DELETE,
        /** {@link Disk#forceDirectory}. */
        FORCE_DIRECTORY,
        /** Either kind of write. */
        WRITE,
        /** {@link DiskFile#read}. */
        READ,
        /** {@link DiskFile#force}. */
        FORCE,
        /** {@link DiskFile#preallocate}. */
        PREALLOCATE
    }

    /** What is done to an operation. */
    public enum Fault {
        /** An input/output error; nothing is done. */
        EIO,
        /** The disk is full; nothing is done. */
        ENOSPC,
        /** Half is written, then an input/output error. */
        SHORT_WRITE,
        /** Nothing is written, and success reported. */
        LOST_WRITE,
        /** One bit of what was read is turned over. */
        FLIPPED_BIT
    }

    private final Disk disk;
    private final Map<Operation, Long> counts = new EnumMap<>(Operation.class);
    private final List<Rule> rules = new ArrayList<>();

    private static final class Rule {
        final Operation operation;
        final String pathPart;
        final Fault fault;
        final boolean lasting;
        long passing;

        Rule(Operation operation, String pathPart, long passing, Fault fault, boolean lasting) {
            this.operation = operation;
            this.pathPart = pathPart;
            this.passing = passing;
            this.fault = fault;
            this.lasting = lasting;
        }
    }

    /** @param disk what does the work */
    public FaultyDisk(Disk disk) {
        this.disk = disk;
    }

    /**
     * The n-th such operation from now fails, and only that one.
     *
     * @param pathPart what the path must contain; empty for any
     * @param nth 1 for the next
     */
    public synchronized void failOnce(Operation operation, String pathPart, long nth, Fault fault) {
        rules.add(new Rule(operation, pathPart, nth - 1, fault, false));
    }

    /** All such operations fail from now until {@link #heal}. */
    public synchronized void failAlways(Operation operation, String pathPart, Fault fault) {
        rules.add(new Rule(operation, pathPart, 0, fault, true));
    }

    /** No more faults. */
    public synchronized void heal() {
        rules.clear();
    }

    /** How many such operations were asked for so far. */
    public synchronized long count(Operation operation) {
        return counts.getOrDefault(operation, 0L);
    }

    /** Counts the operation; the fault that is to be done to it, or null. */
    private synchronized @Nullable Fault next(Operation operation, String path) {
        counts.merge(operation, 1L, Long::sum);
        for (Iterator<Rule> each = rules.iterator(); each.hasNext(); ) {
            Rule rule = each.next();
            if (rule.operation == operation && path.contains(rule.pathPart)) {
                if (rule.passing > 0) {
                    rule.passing--;
                } else {
                    if (!rule.lasting) {
                        each.remove();
                    }
                    return rule.fault;
                }
            }
        }
        return null;
    }

    private @Nullable Fault raise(Operation operation, String path) throws IOException {
        Fault fault = next(operation, path);
        if (fault == Fault.EIO) {
            throw new IOException(path + ": Input/output error");
        }
        if (fault == Fault.ENOSPC) {
            throw new DiskFullException(path + ": No space left on device");
        }
        return fault;
    }

    @Override
    public DiskFile create(String path) throws IOException {
        raise(Operation.CREATE, path);
        return new FaultyFile(disk.create(path));
    }

    @Override
    public DiskFile open(String path) throws IOException {
        raise(Operation.OPEN, path);
        return new FaultyFile(disk.open(path));
    }

    @Override
    public boolean exists(String path) throws IOException {
        return disk.exists(path);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        raise(Operation.RENAME, to);
        disk.rename(from, to);
    }

    @Override
    public void delete(String path) throws IOException {
        raise(Operation.DELETE, path);
        disk.delete(path);
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public void createDirectory(String directory) throws IOException {
        disk.createDirectory(directory);
    }

    @Override
    public void forceDirectory(String directory) throws IOException {
        raise(Operation.FORCE_DIRECTORY, directory);
        disk.forceDirectory(directory);
    }

    @Override
    public long usableBytes() throws IOException {
        return disk.usableBytes();
    }

    private final class FaultyFile implements DiskFile {
        private final DiskFile file;

        FaultyFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public String path() {
            return file.path();
        }

        @Override
        public void write(ByteBuffer[] buffers, int count, long at) throws IOException {
            Fault fault = raise(Operation.WRITE, path());
            if (fault == null) {
                file.write(buffers, count, at);
                return;
            }
            long to = at;
            for (int i = 0; i < count; i++) {
                int bytes = buffers[i].remaining();
                if (fault == Fault.SHORT_WRITE && i < (count + 1) / 2) {
                    file.write(buffers[i], to);
                } else {
                    buffers[i].position(buffers[i].limit());
                }
                to += bytes;
            }
            endWrite(fault);
        }

        @Override
        public void write(ByteBuffer buffer, long at) throws IOException {
            Fault fault = raise(Operation.WRITE, path());
            if (fault == null) {
                file.write(buffer, at);
                return;
            }
            if (fault == Fault.SHORT_WRITE) {
                file.write(buffer.duplicate().limit(buffer.position() + buffer.remaining() / 2), at);
            }
            buffer.position(buffer.limit());
            endWrite(fault);
        }

        private void endWrite(Fault fault) throws IOException {
            if (fault == Fault.SHORT_WRITE) {
                throw new IOException(path() + ": Input/output error");
            }
        }

        @Override
        public int read(ByteBuffer buffer, long at) throws IOException {
            Fault fault = raise(Operation.READ, path());
            int from = buffer.position();
            int bytes = file.read(buffer, at);
            if (fault == Fault.FLIPPED_BIT && bytes > 0) {
                int flipped = from + bytes / 2;
                buffer.put(flipped, (byte) (buffer.get(flipped) ^ 1));
            }
            return bytes;
        }

        @Override
        public void force() throws IOException {
            raise(Operation.FORCE, path());
            file.force();
        }

        @Override
        public void preallocate(long bytes) throws IOException {
            raise(Operation.PREALLOCATE, path());
            file.preallocate(bytes);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
