package io.millrace.core.store;

import io.millrace.core.disk.Disk;
import io.millrace.core.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A disk in memory that many threads may use, that can be looked into, and that fails when it is told to. */
final class InMemoryDisk implements Disk {
    /** A file's bytes. */
    private static final class Content {
        private byte[] written = new byte[0];
        private int length;

        private synchronized void write(ByteBuffer from, int at) {
            int end = at + from.remaining();
            if (end > written.length) {
                written = Arrays.copyOf(written, Math.max(end, written.length * 2));
            }
            from.get(written, at, from.remaining());
            length = Math.max(length, end);
        }

        private synchronized int read(ByteBuffer to, int at) {
            int bytes = Math.max(0, Math.min(to.remaining(), length - at));
            to.put(written, Math.min(at, length), bytes);
            return bytes;
        }
    }

    private final TreeMap<String, Content> names = new TreeMap<>();
    private final Set<String> unreadable = new HashSet<>();
    private int changes;
    private int cutBefore = Integer.MAX_VALUE;
    private int open;
    private int reads;
    private Runnable beforeRead = () -> {};

    /** Lets every change from the n-th one on (counted from 0) fail. */
    synchronized void cutBefore(int change) {
        cutBefore = change;
    }

    /** How many changes were asked for so far. */
    synchronized int changes() {
        return changes;
    }

    /** How many files are open. */
    synchronized int open() {
        return open;
    }

    /** How many reads were made. */
    synchronized int reads() {
        return reads;
    }

    /** Runs a task within every read, before it reads. */
    synchronized void beforeRead(Runnable task) {
        beforeRead = task;
    }

    /** Lets every read of that file fail. */
    synchronized void unreadable(String path) {
        unreadable.add(path);
    }

    /** Flips one bit of a file. */
    synchronized void flip(String path, long at, int bit) {
        find(path).written[(int) at] ^= (byte) (1 << bit);
    }

    /** Bytes of a file. */
    synchronized byte[] bytes(String path) {
        Content content = find(path);
        return Arrays.copyOf(content.written, content.length);
    }

    /** Puts a file there. */
    synchronized void put(String path, byte[] bytes) {
        Content content = new Content();
        content.written = bytes.clone();
        content.length = bytes.length;
        names.put(path, content);
    }

    private Content find(String path) {
        Content content = names.get(path);
        if (content == null) {
            throw new IllegalArgumentException("no file " + path);
        }
        return content;
    }

    private synchronized void change(String what) throws IOException {
        if (changes++ >= cutBefore) {
            throw new IOException("cut off before change " + cutBefore + ": " + what);
        }
    }

    @Override
    public synchronized DiskFile create(String path) throws IOException {
        change("create " + path);
        if (names.containsKey(path)) {
            throw new IOException(path + " exists");
        }
        Content content = new Content();
        names.put(path, content);
        open++;
        return new OpenFile(path, content);
    }

    @Override
    public synchronized DiskFile open(String path) throws IOException {
        Content content = names.get(path);
        if (content == null) {
            throw new IOException(path + " does not exist");
        }
        open++;
        return new OpenFile(path, content);
    }

    @Override
    public synchronized boolean exists(String path) {
        return names.containsKey(path);
    }

    @Override
    public synchronized void rename(String from, String to) {
        throw new UnsupportedOperationException("segments are not renamed");
    }

    @Override
    public synchronized void delete(String path) throws IOException {
        if (names.containsKey(path)) {
            change("delete " + path);
            names.remove(path);
        }
    }

    @Override
    public synchronized List<String> list(String directory) {
        List<String> found = new ArrayList<>();
        for (String path : names.keySet()) {
            if (path.startsWith(directory + '/')) {
                found.add(path.substring(directory.length() + 1));
            }
        }
        return found;
    }

    @Override
    public void createDirectory(String directory) {}

    @Override
    public synchronized void forceDirectory(String directory) throws IOException {
        change("force directory " + directory);
    }

    @Override
    public long usableBytes() {
        return Long.MAX_VALUE;
    }

    private final class OpenFile implements DiskFile {
        private final String path;
        private @Nullable Content content;

        OpenFile(String path, Content content) {
            this.path = path;
            this.content = content;
        }

        private Content content() throws IOException {
            Content opened = content;
            if (opened == null) {
                throw new IOException(path + " was closed");
            }
            return opened;
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public void write(ByteBuffer[] buffers, int count, long at) throws IOException {
            long next = at;
            for (int i = 0; i < count; i++) {
                int bytes = buffers[i].remaining();
                write(buffers[i], next);
                next += bytes;
            }
        }

        @Override
        public void write(ByteBuffer buffer, long at) throws IOException {
            change("write " + path);
            content().write(buffer, (int) at);
        }

        @Override
        public int read(ByteBuffer buffer, long at) throws IOException {
            Runnable task;
            synchronized (InMemoryDisk.this) {
                task = beforeRead;
            }
            task.run();
            synchronized (InMemoryDisk.this) {
                reads++;
                if (unreadable.contains(path)) {
                    throw new IOException(path + ": input/output error");
                }
            }
            return content().read(buffer, (int) at);
        }

        @Override
        public void force() throws IOException {
            change("force " + path);
            content();
        }

        @Override
        public void preallocate(long bytes) {
            throw new UnsupportedOperationException("segments are not preallocated");
        }

        @Override
        public long size() throws IOException {
            Content opened = content();
            synchronized (opened) {
                return opened.length;
            }
        }

        @Override
        public void close() {
            synchronized (InMemoryDisk.this) {
                if (content != null) {
                    content = null;
                    open--;
                }
            }
        }
    }
}
