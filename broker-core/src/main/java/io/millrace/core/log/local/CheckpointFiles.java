package io.millrace.core.log.local;

import io.millrace.core.disk.Disk;
import io.millrace.core.disk.DiskFile;
import io.millrace.core.disk.DiskFullException;
import io.millrace.core.log.Log.Checkpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of a log, a file for each, named by their position.
 *
 * <pre>
 *  0  i64  magic
 *  8  i32  version
 * 12  i32  CRC32C of the state
 * 16  i64  position
 * 24  i64  length of the state
 * 60  i32  CRC32C of the 60 bytes before
 * 64       state
 * </pre>
 *
 * Little-endian. Written under another name, flushed, then renamed; the two newest are kept. Blocking; one call at a
 * time.
 */
final class CheckpointFiles {
    private static final String SUFFIX = ".ckp";
    private static final String UNFINISHED = ".tmp";
    private static final long MAGIC = 0x544E_494F_504B_4843L;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 64;
    private static final int CRC_AT = 60;
    private static final int KEPT = 2;

    private final Disk disk;
    private final String directory;

    CheckpointFiles(Disk disk, String directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /** At start: removes what an earlier process did not finish, and makes sure of what it did. */
    void adopt() throws IOException {
        for (String name : disk.list(directory)) {
            if (name.endsWith(UNFINISHED)) {
                disk.delete(directory + "/" + name);
            }
        }
        // A process that was killed behind its rename leaves a name that can be read and is not durable.
        disk.forceDirectory(directory);
    }

    /** The newest position that a checkpoint was made of, whole or not; 0 if there is none. */
    long newestPosition() throws IOException {
        List<Long> positions = positions();
        return positions.isEmpty() ? 0 : positions.get(positions.size() - 1);
    }

    private List<Long> positions() throws IOException {
        List<Long> positions = new ArrayList<>();
        for (String name : disk.list(directory)) {
            long position = WalFile.number(name, SUFFIX);
            if (position >= 0) {
                positions.add(position);
            }
        }
        return positions;
    }

    /** The newest that is whole, or null. */
    @Nullable
    Checkpoint newest() throws IOException {
        List<Long> positions = positions();
        for (int i = positions.size() - 1; i >= 0; i--) {
            Checkpoint checkpoint = read(positions.get(i));
            if (checkpoint != null) {
                return checkpoint;
            }
        }
        return null;
    }

    private @Nullable Checkpoint read(long position) throws IOException {
        String path = path(position);
        try (DiskFile file = disk.open(path)) {
            CRC32C crc = new CRC32C();
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            if (file.read(header, 0) < HEADER_BYTES
                    || header.getLong(0) != MAGIC
                    || header.getInt(CRC_AT) != WalFrame.crc(header, 0, CRC_AT, crc)) {
                return null;
            }
            if (header.getInt(8) > VERSION) {
                throw WalFile.newer(path, header.getInt(8), VERSION);
            }
            header.clear();
            long length = header.getLong(24);
            if (header.getLong(16) != position || length < 0 || length > file.size() - HEADER_BYTES) {
                return null;
            }
            ByteBuffer state = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
            file.read(state, HEADER_BYTES);
            if (WalFrame.crc(state, 0, (int) length, crc) != header.getInt(12)) {
                return null;
            }
            state.clear();
            return new Checkpoint(position, state);
        }
    }

    /**
     * Makes a checkpoint durable and removes those that are older than the one before.
     *
     * @throws io.millrace.core.disk.DiskFullException if there is no room; nothing has changed
     */
    void write(long position, ByteBuffer state) throws IOException {
        String unfinished = directory + "/" + WalFile.numberName(position) + UNFINISHED;
        disk.delete(unfinished);
        try (DiskFile file = disk.create(unfinished)) {
            file.write(header(position, state), 0);
            file.write(state.duplicate(), HEADER_BYTES);
            file.force();
        } catch (DiskFullException e) {
            disk.delete(unfinished);
            throw e;
        }
        disk.rename(unfinished, path(position));
        disk.forceDirectory(directory);
        List<Long> positions = positions();
        for (int i = 0; i < positions.size() - KEPT; i++) {
            disk.delete(path(positions.get(i)));
        }
    }

    private static ByteBuffer header(long position, ByteBuffer state) {
        CRC32C crc = new CRC32C();
        ByteBuffer source = state.duplicate();
        int stateCrc = WalFrame.crc(source, source.position(), source.limit(), crc);
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(0, MAGIC);
        header.putInt(8, VERSION);
        header.putInt(12, stateCrc);
        header.putLong(16, position);
        header.putLong(24, state.remaining());
        int headerCrc = WalFrame.crc(header, 0, CRC_AT, crc);
        header.clear();
        header.putInt(CRC_AT, headerCrc);
        return header;
    }

    private String path(long position) {
        return directory + "/" + WalFile.numberName(position) + SUFFIX;
    }
}
