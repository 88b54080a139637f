package io.millrace.core.log.local;

import io.millrace.core.disk.DiskFile;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the first page of a WAL file. Frames begin in the second.
 *
 * <pre>
 *  0  i64  magic
 *  8  i32  version
 * 16  i64  first             number of the first frame of this file, also its name
 * 24  i64  continues         number of the last frame before it; first - 1, or less after a salvage
 * 32  i64  salt              stands in every frame of this file
 * 60  i32  CRC32C of the 60 bytes before
 * </pre>
 *
 * A file gets its name only when the header is flushed and every frame up to {@code continues} too. So a name is a proof
 * for all the files before it, and only the last file can have a torn tail.
 *
 * @param path where it is
 * @param first number of the first frame
 * @param continues number of the last frame before it
 * @param salt what marks its frames
 * @param capacity bytes that may be used, a multiple of 4,096
 */
record WalFile(String path, long first, long continues, long salt, long capacity) {
    static final String SUFFIX = ".wal";
    /** Where the first frame begins. */
    static final int FRAMES_AT = WalFrame.PAGE_BYTES;

    private static final long MAGIC = 0x454C_4946_4C41_574DL;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 64;
    private static final int CRC_AT = 60;
    private static final int DIGITS = 20;

    static String name(long first) {
        return numberName(first) + SUFFIX;
    }

    /** A number with leading zeros, so that names sort as numbers do. */
    static String numberName(long number) {
        String digits = Long.toString(number);
        return "0".repeat(DIGITS - digits.length()) + digits;
    }

    /** The number that a name of 20 digits and that suffix says, or -1 if it is another name. */
    static long number(String name, String suffix) {
        if (name.length() != DIGITS + suffix.length() || !name.endsWith(suffix)) {
            return -1;
        }
        try {
            return Long.parseLong(name, 0, DIGITS, 10);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** The header, from position to limit, one page. */
    static ByteBuffer header(long first, long continues, long salt) {
        ByteBuffer page = ByteBuffer.allocateDirect(WalFrame.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        page.putLong(0, MAGIC);
        page.putInt(8, VERSION);
        page.putLong(16, first);
        page.putLong(24, continues);
        page.putLong(32, salt);
        int crc = WalFrame.crc(page, 0, CRC_AT, new CRC32C());
        page.clear();
        page.putInt(CRC_AT, crc);
        return page;
    }

    /**
     * Reads the header of an open file.
     *
     * @param first what its name says
     * @return null if it is damaged
     * @throws LogException {@link Kind#NEWER_FORMAT} if a newer version wrote it
     */
    static @Nullable WalFile read(DiskFile file, String path, long first) throws IOException {
        ByteBuffer page = ByteBuffer.allocateDirect(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (file.read(page, 0) < HEADER_BYTES
                || page.getLong(0) != MAGIC
                || page.getInt(CRC_AT) != WalFrame.crc(page, 0, CRC_AT, new CRC32C())) {
            return null;
        }
        if (page.getInt(8) > VERSION) {
            throw newer(path, page.getInt(8), VERSION);
        }
        long continues = page.getLong(24);
        if (page.getLong(16) != first || continues < 0 || continues >= first) {
            return null;
        }
        long capacity = file.size() & -WalFrame.PAGE_BYTES;
        return new WalFile(path, first, continues, page.getLong(32), capacity);
    }

    static LogException newer(String path, int found, int known) {
        return new LogException(
                Kind.NEWER_FORMAT,
                path + " was written by format version " + found + " and this broker knows versions up to " + known
                        + "; nothing was changed; start a newer broker",
                null);
    }
}
