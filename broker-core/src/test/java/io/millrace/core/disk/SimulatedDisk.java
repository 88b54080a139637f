package io.millrace.core.disk;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that can lose its power.
 *
 * <p>For each file it keeps what is durable and the writes since the last force; for each directory the durable names and
 * the changes since the last force. {@link #crash} builds a state that could have survived. One thread.
 */
public final class SimulatedDisk implements Disk {
    /** The unit in which a disk writes. */
    static final int PAGE_BYTES = 4096;

    /** What a power cut leaves of the writes that were not forced. */
    public enum CrashMode {
        /** Nothing. */
        FORCED_ONLY,
        /** Any pages of them. */
        ANY_PAGES,
        /** The oldest ones, the last of which ends within a page that holds old, zero or random bytes behind it. */
        TORN,
        /** The sizes, with zeros as content. */
        GROWN_ZEROS,
        /** All or nothing of a file, while any changes of names are kept and others are lost. */
        NAMES
    }

    /** What can happen to one operation. */
    public enum Trouble {
        /**
         * An input/output error. Of a write nothing is done; what a force would have made durable is marked as written all
         * the same: it can be read until the power goes, and no later force writes it.
         */
        EIO,
        /** No room; nothing is done. */
        ENOSPC,
        /** Half of a write is done, then an input/output error. */
        SHORT_WRITE,
        /** Nothing of a write is done, and success reported. */
        LOST_WRITE,
        /** A write goes to the page before or behind its place, and success is reported. */
        WRONG_PLACE
    }

    private final Map<String, Inode> names = new TreeMap<>();
    private final Map<String, Inode> durableNames = new TreeMap<>();
    private final Map<String, List<NameChange>> nameChanges = new HashMap<>();
    private long operations;
    private long cutAt = Long.MAX_VALUE;
    private boolean powerOff;
    private boolean forgetForces;
    private String refusedForce = "";
    private @Nullable Trouble trouble;
    private long troubleAt;
    private @Nullable Runnable watcher;
    private String operation = "";
    private long usableBytes = 1L << 40;
    private int life;

    /** A file's content, whatever its names. */
    private static final class Inode {
        byte[] content = new byte[0];
        byte[] durable = new byte[0];
        final List<Write> pending = new ArrayList<>();
    }

    private record Write(long at, byte[] bytes) {}

    /** {@code from} loses its name if it is not empty, {@code to} gets it if it is not empty. */
    private record NameChange(String from, String to, Inode inode) {}

    /** Operations that changed, or would have changed, something since the last crash. */
    public long operations() {
        return operations;
    }

    /** The power goes with the n-th operation from now, which is begun and reports an error, as do all after it. */
    public void cutPowerAt(long operation) {
        operations = 0;
        cutAt = operation;
    }

    /** Whether the power has not gone yet. */
    public boolean powerIsOn() {
        return !powerOff;
    }

    /** The negative control: forces report success and do nothing. */
    public void forgetForces(boolean forget) {
        forgetForces = forget;
    }

    /**
     * The next force of a file, or of a directory, whose path contains that is refused, and what it would have made durable
     * is marked as written all the same, as a system may do: it can be read until the power goes, and no later force
     * writes it.
     */
    public void refuseForce(String pathPart) {
        refusedForce = pathPart;
    }

    private boolean refuses(String path) {
        boolean refused = !refusedForce.isEmpty() && path.contains(refusedForce);
        if (refused) {
            refusedForce = "";
        }
        return refused;
    }

    /** The n-th operation from now meets that. */
    public void troubleAt(long operation, Trouble what) {
        operations = 0;
        troubleAt = operation;
        trouble = what;
    }

    /**
     * Is called within each operation that changes something: behind a write or a change of names, before a force has its
     * effect. That is: in the state in which a power cut during the operation finds the disk.
     */
    public void watch(@Nullable Runnable wanted) {
        watcher = wanted;
    }

    /** The operation that is under way, or was the last, and its path. */
    public String operation() {
        return operation;
    }

    /** The trouble that this operation meets, if it is one of its kind and does not end it. */
    private @Nullable Trouble troubled(String path) throws IOException {
        Trouble met = operations == troubleAt ? trouble : null;
        if (met == null) {
            return null;
        }
        trouble = null;
        if (met == Trouble.EIO) {
            throw new IOException(path + ": Input/output error");
        }
        if (met == Trouble.ENOSPC) {
            throw new DiskFullException(path + ": No space left on device");
        }
        return met;
    }

    private boolean meets(Trouble what) {
        return operations == troubleAt && trouble == what;
    }

    /** Sets how much may still be written to new places. */
    public void usableBytes(long bytes) {
        usableBytes = bytes;
    }

    /** A copy of what a file holds now. */
    public byte[] content(String path) {
        Inode inode = names.get(path);
        if (inode == null) {
            throw new IllegalArgumentException("no file " + path);
        }
        return inode.content.clone();
    }

    /** All files by path. */
    public Map<String, byte[]> contents() {
        Map<String, byte[]> all = new TreeMap<>();
        names.forEach((path, inode) -> all.put(path, inode.content.clone()));
        return all;
    }

    /** Replaces a file's content, durably: rot. */
    public void content(String path, byte[] bytes) {
        Inode inode = names.get(path);
        if (inode == null) {
            throw new IllegalArgumentException("no file " + path);
        }
        inode.content = bytes.clone();
        inode.durable = bytes.clone();
        inode.pending.clear();
    }

    /** Turns one bit of a file over, durably. */
    public void flipBit(String path, long bit) {
        byte[] bytes = content(path);
        bytes[(int) (bit / 8)] ^= (byte) (1 << (bit % 8));
        content(path, bytes);
    }

    /** A disk with the same durable and current content and no history. */
    public SimulatedDisk copy() {
        SimulatedDisk copy = new SimulatedDisk();
        copy.forgetForces = forgetForces;
        names.forEach((path, inode) -> {
            Inode same = new Inode();
            same.content = inode.content.clone();
            same.durable = inode.content.clone();
            copy.names.put(path, same);
            copy.durableNames.put(path, same);
        });
        return copy;
    }

    /** Takes the power away and gives it back: all open files are void, and what survived is the content now. */
    public void crash(CrashMode mode, RandomGenerator random) {
        Map<String, Inode> survivors = survivors(mode, random);
        names.clear();
        names.putAll(survivors);
        durableNames.clear();
        durableNames.putAll(survivors);
        nameChanges.clear();
        operations = 0;
        cutAt = Long.MAX_VALUE;
        powerOff = false;
        life++;
    }

    private Map<String, Inode> survivors(CrashMode mode, RandomGenerator random) {
        Map<String, Inode> survivors = new TreeMap<>(durableNames);
        for (List<NameChange> changes : nameChanges.values()) {
            int prefix = mode == CrashMode.FORCED_ONLY ? 0 : random.nextInt(changes.size() + 1);
            for (int i = 0; i < changes.size(); i++) {
                if (mode == CrashMode.NAMES ? random.nextBoolean() : i < prefix) {
                    apply(survivors, changes.get(i));
                }
            }
        }
        Map<Inode, Inode> rebuilt = new HashMap<>();
        survivors.replaceAll((path, inode) -> rebuilt.computeIfAbsent(inode, lost -> survivor(lost, mode, random)));
        return survivors;
    }

    /** A disk as this one would be if the power went now, once more; this one goes on. */
    public SimulatedDisk crashed(CrashMode mode, RandomGenerator random) {
        SimulatedDisk other = new SimulatedDisk();
        other.forgetForces = forgetForces;
        other.names.putAll(survivors(mode, random));
        other.durableNames.putAll(other.names);
        return other;
    }

    /** The process ends and the machine lives: open files are void, everything written can be read, nothing is forced. */
    public void kill() {
        cutAt = Long.MAX_VALUE;
        powerOff = false;
        life++;
    }

    private static void apply(Map<String, Inode> to, NameChange change) {
        if (!change.from.isEmpty()) {
            to.remove(change.from);
        }
        if (!change.to.isEmpty()) {
            to.put(change.to, change.inode);
        }
    }

    private static Inode survivor(Inode lost, CrashMode mode, RandomGenerator random) {
        byte[] bytes = lost.durable.clone();
        switch (mode) {
            case FORCED_ONLY -> {}
            case GROWN_ZEROS -> bytes = Arrays.copyOf(bytes, Math.max(bytes.length, lost.content.length));
            case NAMES -> {
                boolean kept = random.nextBoolean();
                for (int i = 0; kept && i < lost.pending.size(); i++) {
                    bytes = put(bytes, lost.pending.get(i), 0, lost.pending.get(i).bytes.length);
                }
            }
            case ANY_PAGES -> {
                for (Write write : lost.pending) {
                    bytes = somePages(bytes, write, random);
                }
            }
            case TORN -> {
                int whole = random.nextInt(lost.pending.size() + 1);
                for (int i = 0; i < whole; i++) {
                    bytes = put(bytes, lost.pending.get(i), 0, lost.pending.get(i).bytes.length);
                }
                if (whole < lost.pending.size()) {
                    bytes = tear(bytes, lost.pending.get(whole), random);
                }
            }
        }
        Inode inode = new Inode();
        inode.content = bytes;
        inode.durable = bytes.clone();
        return inode;
    }

    private static byte[] somePages(byte[] bytes, Write write, RandomGenerator random) {
        byte[] result = bytes;
        int from = 0;
        while (from < write.bytes.length) {
            int to = (int) Math.min(write.bytes.length, PAGE_BYTES - (write.at + from) % PAGE_BYTES + from);
            if (random.nextBoolean()) {
                result = put(result, write, from, to);
            }
            from = to;
        }
        return result;
    }

    private static byte[] tear(byte[] bytes, Write write, RandomGenerator random) {
        int cut = random.nextInt(write.bytes.length + 1);
        byte[] result = put(bytes, write, 0, cut);
        long from = write.at + cut;
        int end = (int) Math.min(result.length, (from / PAGE_BYTES + 1) * PAGE_BYTES);
        int filling = random.nextInt(3);
        for (int i = (int) from; i < end && filling > 0 && cut > 0; i++) {
            result[i] = filling == 1 ? 0 : (byte) random.nextInt();
        }
        return result;
    }

    private static byte[] put(byte[] bytes, Write write, int from, int to) {
        byte[] result = bytes;
        if (result.length < write.at + to) {
            result = Arrays.copyOf(result, (int) (write.at + to));
        }
        System.arraycopy(write.bytes, from, result, (int) (write.at + from), to - from);
        return result;
    }

    private static String directory(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    /** Counts an operation; true if the power goes with it. */
    private boolean begin(String what, String path) throws IOException {
        if (powerOff) {
            throw new IOException("the power is off");
        }
        operations++;
        operation = what + " " + path;
        powerOff = operations >= cutAt;
        return powerOff;
    }

    private void end(boolean cut) throws IOException {
        if (watcher != null) {
            watcher.run();
        }
        if (cut) {
            throw new IOException("the power goes off");
        }
    }

    private void change(String from, String to, Inode inode) {
        NameChange change = new NameChange(from, to, inode);
        apply(names, change);
        nameChanges
                .computeIfAbsent(directory(to.isEmpty() ? from : to), path -> new ArrayList<>())
                .add(change);
    }

    @Override
    public DiskFile create(String path) throws IOException {
        if (names.containsKey(path)) {
            throw new IOException(path + " exists");
        }
        boolean cut = begin("create", path);
        troubled(path);
        Inode inode = new Inode();
        change("", path, inode);
        end(cut);
        return new SimulatedFile(path, inode, life);
    }

    @Override
    public DiskFile open(String path) throws IOException {
        Inode inode = names.get(path);
        if (powerOff || inode == null) {
            throw new FileNotFoundException(path);
        }
        return new SimulatedFile(path, inode, life);
    }

    @Override
    public boolean exists(String path) {
        return names.containsKey(path);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Inode inode = names.get(from);
        if (inode == null) {
            throw new FileNotFoundException(from);
        }
        boolean cut = begin("rename", to);
        troubled(to);
        change(from, to, inode);
        end(cut);
    }

    @Override
    public void delete(String path) throws IOException {
        Inode inode = names.get(path);
        if (inode == null) {
            return;
        }
        boolean cut = begin("delete", path);
        troubled(path);
        change(path, "", inode);
        usableBytes += inode.content.length;
        end(cut);
    }

    @Override
    public List<String> list(String directory) throws IOException {
        if (powerOff) {
            throw new IOException("the power is off");
        }
        List<String> found = new ArrayList<>();
        for (String path : names.keySet()) {
            if (directory(path).equals(directory)) {
                found.add(path.substring(directory.isEmpty() ? 0 : directory.length() + 1));
            }
        }
        return found;
    }

    @Override
    public void createDirectory(String directory) {
        // A directory is there as soon as a file is in it.
    }

    @Override
    public void forceDirectory(String directory) throws IOException {
        end(begin("force", directory));
        if (meets(Trouble.EIO)) {
            nameChanges.remove(directory);
        }
        troubled(directory);
        if (forgetForces) {
            return;
        }
        List<NameChange> changes = nameChanges.remove(directory);
        if (refuses(directory)) {
            throw new IOException(directory + ": Input/output error");
        }
        if (changes != null) {
            changes.forEach(change -> apply(durableNames, change));
        }
    }

    @Override
    public long usableBytes() {
        return usableBytes;
    }

    private final class SimulatedFile implements DiskFile {
        private final String path;
        private final Inode inode;
        private final int bornIn;
        private boolean closed;

        SimulatedFile(String path, Inode inode, int bornIn) {
            this.path = path;
            this.inode = inode;
            this.bornIn = bornIn;
        }

        private void check() throws IOException {
            if (closed || bornIn != life) {
                throw new IOException(path + " is closed");
            }
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public void write(ByteBuffer[] buffers, int count, long at) throws IOException {
            int bytes = 0;
            for (int i = 0; i < count; i++) {
                bytes += buffers[i].remaining();
            }
            ByteBuffer all = ByteBuffer.allocate(bytes);
            for (int i = 0; i < count; i++) {
                all.put(buffers[i]);
            }
            write(all.flip(), at);
        }

        @Override
        public void write(ByteBuffer buffer, long at) throws IOException {
            check();
            boolean cut = begin("write", path);
            Trouble met = troubled(path);
            byte[] bytes = new byte[buffer.remaining()];
            long growth = at + bytes.length - inode.content.length;
            if (growth > usableBytes) {
                throw new DiskFullException(path + ": " + usableBytes + " bytes left");
            }
            usableBytes -= Math.max(0, growth);
            buffer.get(bytes);
            if (met == Trouble.SHORT_WRITE) {
                bytes = Arrays.copyOf(bytes, bytes.length / 2);
            }
            long place = met == Trouble.WRONG_PLACE ? at + (at >= PAGE_BYTES ? -PAGE_BYTES : PAGE_BYTES) : at;
            if (met != Trouble.LOST_WRITE) {
                Write write = new Write(place, bytes);
                inode.content = put(inode.content, write, 0, bytes.length);
                inode.pending.add(write);
            }
            end(cut);
            if (met == Trouble.SHORT_WRITE) {
                throw new IOException(path + ": Input/output error");
            }
        }

        @Override
        public int read(ByteBuffer buffer, long at) throws IOException {
            check();
            if (powerOff) {
                throw new IOException("the power is off");
            }
            int bytes = (int) Math.max(0, Math.min(buffer.remaining(), inode.content.length - at));
            buffer.put(inode.content, (int) Math.min(at, inode.content.length), bytes);
            return bytes;
        }

        @Override
        public void force() throws IOException {
            check();
            end(begin("force", path));
            if (meets(Trouble.EIO)) {
                inode.pending.clear();
            }
            troubled(path);
            if (forgetForces) {
                return;
            }
            if (refuses(path)) {
                inode.pending.clear();
                throw new IOException(path + ": Input/output error");
            }
            for (Write write : inode.pending) {
                inode.durable = put(inode.durable, write, 0, write.bytes.length);
            }
            inode.pending.clear();
        }

        @Override
        public void preallocate(long bytes) throws IOException {
            check();
            if (bytes > inode.content.length) {
                write(ByteBuffer.allocate((int) (bytes - inode.content.length)), inode.content.length);
            }
        }

        @Override
        public long size() throws IOException {
            check();
            return inode.content.length;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
