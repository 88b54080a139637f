package io.millrace.server.node;

import io.millrace.core.disk.Disk;
import io.millrace.core.disk.DiskFile;
import java.io.IOException;
import java.util.List;

/** A disk that has as much room as the test says. */
final class RoomDisk implements Disk {
    private final Disk disk;
    volatile long usableBytes;

    RoomDisk(Disk disk, long usableBytes) {
        this.disk = disk;
        this.usableBytes = usableBytes;
    }

    @Override
    public DiskFile create(String path) throws IOException {
        return disk.create(path);
    }

    @Override
    public DiskFile open(String path) throws IOException {
        return disk.open(path);
    }

    @Override
    public boolean exists(String path) throws IOException {
        return disk.exists(path);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(String path) throws IOException {
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
        disk.forceDirectory(directory);
    }

    @Override
    public long usableBytes() {
        return usableBytes;
    }
}
