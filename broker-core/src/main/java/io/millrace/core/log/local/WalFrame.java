package io.millrace.core.log.local;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The layout of a WAL frame: a header of 64 bytes, then the events, then zeros up to the next multiple of 64.
 *
 * <pre>
 *  0  i32  magic
 *  4  u16  version
 *  6  u16  kind              1 = events, 2 = padding
 *  8  i32  body length       bytes after the header; of padding: zeros, not checked
 * 12  i32  event count
 * 16  i64  number            the position; of padding: that of the events frame to come
 * 24  i64  durable up to     every frame up to this one was flushed before this one was written
 * 32  i64  term              0: nobody replicates this log
 * 40  i64  millis            wall clock of the append
 * 48  i64  salt              the same as in the header of the file
 * 56  i32  CRC32C of the body
 * 60  i32  CRC32C of the 60 bytes before
 * </pre>
 *
 * Little-endian. A group of frames that is flushed together ends at a multiple of 4,096, filled up by a padding frame,
 * so that the next write touches no page that holds flushed frames. The salt cannot be guessed by those whose messages
 * are stored, and a file gets a new one for each use: bytes that happen, or were made, to look like a frame, and frames of
 * a file's former life, are therefore never taken for frames. Within one life of a file no place is written twice, so
 * that there is at most one frame for each number.
 */
final class WalFrame {
    static final int HEADER_BYTES = 64;
    /** Frames begin at multiples of this. */
    static final int ALIGNMENT = 64;
    /** Groups of frames begin and end at multiples of this. */
    static final int PAGE_BYTES = 4096;

    static final int VERSION = 1;
    static final int EVENTS = 1;
    static final int PADDING = 2;

    private static final int MAGIC = 0x4652_524D;
    private static final int CRC_AT = 60;

    private WalFrame() {}

    /** What a header says, if its checksum is right; one object is filled again and again. */
    static final class Header {
        int version;
        int kind;
        int bodyLength;
        int eventCount;
        long number;
        long durableUpTo;
        long millis;
        int bodyCrc;

        /** Bytes from the frame's begin to the next frame's. */
        long span() {
            return align((long) HEADER_BYTES + bodyLength);
        }
    }

    static long align(long bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }

    static long pageAlign(long bytes) {
        return (bytes + PAGE_BYTES - 1) & -PAGE_BYTES;
    }

    /** Writes the header of an events frame whose body follows it up to the limit; changes position and limit. */
    static void sealEvents(
            ByteBuffer frame,
            int at,
            int eventCount,
            long number,
            long durableUpTo,
            long millis,
            long salt,
            CRC32C crc) {
        int end = frame.limit();
        int bodyCrc = crc(frame, at + HEADER_BYTES, end, crc);
        int bodyLength = end - at - HEADER_BYTES;
        seal(frame, at, EVENTS, bodyLength, eventCount, number, durableUpTo, millis, salt, bodyCrc, crc);
        frame.position(at).limit(end);
    }

    /** Writes the header of a padding frame; changes position and limit. */
    static void sealPadding(
            ByteBuffer buffer, int at, int bodyLength, long number, long durableUpTo, long salt, CRC32C crc) {
        seal(buffer, at, PADDING, bodyLength, 0, number, durableUpTo, 0, salt, 0, crc);
    }

    private static void seal(
            ByteBuffer buffer,
            int at,
            int kind,
            int bodyLength,
            int eventCount,
            long number,
            long durableUpTo,
            long millis,
            long salt,
            int bodyCrc,
            CRC32C crc) {
        buffer.putInt(at, MAGIC);
        buffer.putShort(at + 4, (short) VERSION);
        buffer.putShort(at + 6, (short) kind);
        buffer.putInt(at + 8, bodyLength);
        buffer.putInt(at + 12, eventCount);
        buffer.putLong(at + 16, number);
        buffer.putLong(at + 24, durableUpTo);
        buffer.putLong(at + 32, 0);
        buffer.putLong(at + 40, millis);
        buffer.putLong(at + 48, salt);
        buffer.putInt(at + 56, bodyCrc);
        int headerCrc = crc(buffer, at, at + CRC_AT, crc);
        buffer.limit(at + HEADER_BYTES).putInt(at + CRC_AT, headerCrc);
    }

    /** Makes the header that stands there one of the file with that salt; changes position and limit. */
    static void salt(ByteBuffer buffer, int at, long salt, CRC32C crc) {
        buffer.putLong(at + 48, salt);
        int headerCrc = crc(buffer, at, at + CRC_AT, crc);
        buffer.limit(at + HEADER_BYTES).putInt(at + CRC_AT, headerCrc);
    }

    /** Whether what stands there looks like the begin of a header. */
    static boolean mayBegin(ByteBuffer buffer, int at) {
        return buffer.getInt(at) == MAGIC;
    }

    /** Whether a header of the file with that salt stands there whole; fills {@code header} if so. */
    static boolean read(ByteBuffer buffer, int at, long salt, Header header, CRC32C crc) {
        if (buffer.getInt(at) != MAGIC
                || buffer.getLong(at + 48) != salt
                || buffer.getInt(at + CRC_AT) != crc(buffer, at, at + CRC_AT, crc)) {
            return false;
        }
        header.version = buffer.getShort(at + 4) & 0xFFFF;
        header.kind = buffer.getShort(at + 6) & 0xFFFF;
        header.bodyLength = buffer.getInt(at + 8);
        header.eventCount = buffer.getInt(at + 12);
        header.number = buffer.getLong(at + 16);
        header.durableUpTo = buffer.getLong(at + 24);
        header.millis = buffer.getLong(at + 40);
        header.bodyCrc = buffer.getInt(at + 56);
        return true;
    }

    /** The checksum of the bytes from {@code from} to {@code to}; changes position and limit. */
    static int crc(ByteBuffer buffer, int from, int to, CRC32C crc) {
        crc.reset();
        buffer.limit(to).position(from);
        crc.update(buffer);
        return (int) crc.getValue();
    }
}
