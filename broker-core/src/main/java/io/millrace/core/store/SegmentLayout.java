package io.millrace.core.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The bytes of a segment file. Little-endian; every checksum is CRC32C.
 *
 * <pre>
 * header, 32 bytes                          footer, the last 48 bytes
 *  0  i64  magic "MLLR_SEG"                  0  i64  magic "MLLR_END"
 *  8  i32  version, 2                        8  i64  segment number
 * 12  i32  reserved, 0                      16  i64  where the index begins (= the records end)
 * 16  i64  segment number                   24  i64  where the directory begins
 * 24  i32  reserved, 0                      32  i64  length of the file
 * 28  i32  CRC of the 28 bytes before       40  i32  runs in the directory
 *                                           44  i32  CRC of the 44 bytes before
 *
 * records, from 32                          directory, one entry of 40 bytes for each run
 *  0  i32  CRC of the record, placed         0  i32  queue
 *  4       the record                        4  i32  messages
 *                                            8  i64  lowest sequence
 * index, one entry of 24 bytes for every    16  i64  highest sequence
 * 16 messages of a run                      24  i64  where its entries begin
 *  0  i64  sequence of the first            32  i64  bytes of its records
 *  8  u32  where its record begins          then one i32, the CRC of all entries
 * 12  i32  bytes of each record, or a kind of detail
 * 16  u32  where the detail is, 0 if none
 * 20  i32  CRC of the 20 bytes before, placed
 * </pre>
 *
 * <p>Without a detail the messages of an entry have consecutive sequences, and their records are equally long and lie one
 * behind the other. The detail {@link #LENGTHS} gives the bytes of each record (i32) where only these differ;
 * {@link #SCATTERED} gives sequence (i64), begin (u32) and bytes (i32) of each. A CRC, placed, ends it. The details of a
 * run stand in front of its entries.
 *
 * <p>Version 1 has an entry for each message: sequence, begin, bytes, and in place of a detail the CRC of the record.
 *
 * <p>A <em>placed</em> CRC is exclusive-ored with {@link #place} of the segment and the offset, so that a record or an
 * entry that is whole and stands in the wrong place (a misdirected or a lost write) is not taken for the right one.
 */
final class SegmentLayout {
    static final long HEADER_MAGIC = 0x4745_535F_524C_4C4DL;
    static final long FOOTER_MAGIC = 0x444E_455F_524C_4C4DL;
    static final int VERSION = 2;
    /** The version whose index has an entry for each message. */
    static final int VERSION_OF_ENTRIES = 1;

    static final int HEADER_BYTES = 32;
    static final int HEADER_CHECK_AT = 28;
    static final int CHECK_BYTES = 4;
    static final int ENTRY_BYTES = 24;
    static final int ENTRY_CHECK_AT = 20;
    /** Messages of an entry: few, because damage of the entry costs them all. */
    static final int GROUP = 16;
    /** In place of the bytes of each record: they differ, and the detail has them. */
    static final int LENGTHS = 0;
    /** In place of the bytes of each record: the detail has everything. */
    static final int SCATTERED = -1;

    static final int SCATTERED_BYTES = 16;
    static final int RUN_BYTES = 40;
    static final int FOOTER_BYTES = 48;
    static final int FOOTER_CHECK_AT = 44;

    /** Longest file: offsets are unsigned 32 bits. */
    static final long FILE_BYTES_MAX = 0xFFFF_FFFFL;

    private static final String SUFFIX = ".seg";
    private static final int DIGITS = 20;

    private SegmentLayout() {}

    /** The name of a segment's file: its number in 20 digits. */
    static String fileName(long segment) {
        String digits = Long.toString(segment);
        return "0".repeat(DIGITS - digits.length()) + digits + SUFFIX;
    }

    /** The number of the segment that a file of that name holds, or -1 if it is not a segment's name. */
    static long number(String fileName) {
        if (fileName.length() != DIGITS + SUFFIX.length() || !fileName.endsWith(SUFFIX)) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < DIGITS; i++) {
            int digit = fileName.charAt(i) - '0';
            if (digit < 0 || digit > 9 || number > (Long.MAX_VALUE - digit) / 10) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /** What the checksum of something that stands at {@code offset} of that segment is exclusive-ored with. */
    static int place(long segment, long offset) {
        long mixed = (segment * 0x9E37_79B9_7F4A_7C15L) ^ ((offset + 1) * 0xC2B2_AE3D_27D4_EB4FL);
        return (int) (mixed ^ (mixed >>> 32));
    }

    /** The CRC of {@code length} bytes; moves the buffer's position and limit. */
    static int checksum(CRC32C crc, ByteBuffer view, int at, int length) {
        crc.reset();
        add(crc, view, at, length);
        return (int) crc.getValue();
    }

    /** Adds {@code length} bytes to a CRC; moves the buffer's position and limit. */
    static void add(CRC32C crc, ByteBuffer view, int at, int length) {
        view.clear().position(at).limit(at + length);
        crc.update(view);
    }

    /** How many entries so many messages have. */
    static int groups(int messages, int group) {
        return (messages + group - 1) / group;
    }

    /** Bytes of the detail of so many messages, its check included. */
    static int detailBytes(int kind, int messages) {
        return messages * (kind == LENGTHS ? Integer.BYTES : SCATTERED_BYTES) + CHECK_BYTES;
    }

    static ByteBuffer heap(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
