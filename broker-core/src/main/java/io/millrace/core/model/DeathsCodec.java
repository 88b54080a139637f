package io.millrace.core.model;

import io.millrace.core.model.Deaths.Origin;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an overlay. Little-endian; a text is its length in one byte and then its UTF-8.
 *
 * <pre>
 *  0  u8   version, 1
 *  1  u8   entries, 1..64
 *  2  i64  deaths dropped
 * 10  i64  keys dropped
 * 18       first death, last death: u8 reason, text queue, text exchange
 *          entries, the newest first:
 *            u8   reason
 *            u8   flags (bit 0: has an original expiration)
 *            u8   routing keys, 0..128
 *            i64  count
 *            i64  first time, milliseconds since the epoch
 *            i64  last time, milliseconds since the epoch
 *            text queue, text exchange, text original expiration (if flagged), text routing keys
 * </pre>
 */
final class DeathsCodec {
    private static final int VERSION = 1;
    private static final int FIXED_BYTES = 18;
    private static final int ENTRY_FIXED_BYTES = 27;
    private static final int HAS_EXPIRATION = 1;
    private static final int TEXT_BYTES_MAX = 255;

    private DeathsCodec() {}

    static void checkText(String what, String text) {
        if (text.length() > TEXT_BYTES_MAX / 3 && utf8Length(text) > TEXT_BYTES_MAX) {
            throw new IllegalArgumentException("the " + what + " of a death has " + utf8Length(text)
                    + " bytes of UTF-8, expected at most " + TEXT_BYTES_MAX);
        }
    }

    /** The longest begin of a text that can be stored. */
    static String cut(String text) {
        if (text.length() <= TEXT_BYTES_MAX / 3 || utf8Length(text) <= TEXT_BYTES_MAX) {
            return text;
        }
        int end = Math.min(text.length(), TEXT_BYTES_MAX);
        while (utf8Length(text.substring(0, end)) > TEXT_BYTES_MAX || Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }

    /** The texts, each cut; immutable. */
    static List<String> cut(List<String> texts) {
        List<String> copy = List.copyOf(texts);
        for (int i = 0; i < copy.size(); i++) {
            if (cut(copy.get(i)).length() != copy.get(i).length()) {
                return copy.stream().map(DeathsCodec::cut).toList();
            }
        }
        return copy;
    }

    /** Bytes of the overlay. */
    static int size(List<Death> entries, @Nullable Origin first, @Nullable Origin last) {
        int bytes = FIXED_BYTES + size(first) + size(last);
        for (int i = 0; i < entries.size(); i++) {
            Death entry = entries.get(i);
            String expiration = entry.originalExpiration();
            bytes += ENTRY_FIXED_BYTES + size(entry.queue()) + size(entry.exchange()) + keyBytes(entry);
            bytes += expiration == null ? 0 : size(expiration);
        }
        return bytes;
    }

    /** Bytes of an entry's routing keys. */
    static int keyBytes(Death entry) {
        int bytes = 0;
        List<String> keys = entry.routingKeys();
        for (int i = 0; i < keys.size(); i++) {
            bytes += size(keys.get(i));
        }
        return bytes;
    }

    private static int size(@Nullable Origin origin) {
        return origin == null ? 0 : 1 + size(origin.queue()) + size(origin.exchange());
    }

    private static int size(String text) {
        return 1 + utf8Length(text);
    }

    private static int utf8Length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                bytes += Character.isSurrogate(c) ? 1 : 3; // half a pair is encoded as a question mark
            }
        }
        return bytes;
    }

    static byte[] encode(Deaths deaths, Origin first, Origin last) {
        List<Death> entries = deaths.entries();
        ByteBuffer to = ByteBuffer.allocate(size(entries, first, last)).order(ByteOrder.LITTLE_ENDIAN);
        to.put((byte) VERSION).put((byte) entries.size());
        to.putLong(deaths.deathsDropped()).putLong(deaths.keysDropped());
        write(to, first);
        write(to, last);
        for (int i = 0; i < entries.size(); i++) {
            write(to, entries.get(i));
        }
        return to.array();
    }

    private static void write(ByteBuffer to, Origin origin) {
        to.put((byte) origin.reason().code());
        write(to, origin.queue());
        write(to, origin.exchange());
    }

    private static void write(ByteBuffer to, Death entry) {
        String expiration = entry.originalExpiration();
        List<String> keys = entry.routingKeys();
        to.put((byte) entry.reason().code())
                .put((byte) (expiration == null ? 0 : HAS_EXPIRATION))
                .put((byte) keys.size())
                .putLong(entry.count())
                .putLong(entry.firstMillis())
                .putLong(entry.lastMillis());
        write(to, entry.queue());
        write(to, entry.exchange());
        if (expiration != null) {
            write(to, expiration);
        }
        for (int i = 0; i < keys.size(); i++) {
            write(to, keys.get(i));
        }
    }

    private static void write(ByteBuffer to, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        to.put((byte) bytes.length).put(bytes);
    }

    static Deaths decode(ByteBuffer record, int at, int length) {
        ByteBuffer from = record.slice(at, length).order(ByteOrder.LITTLE_ENDIAN);
        need(from, FIXED_BYTES);
        int version = from.get();
        if (version != VERSION) {
            throw new IllegalArgumentException(
                    "a stored death history has version " + version + ", expected " + VERSION);
        }
        int count = from.get() & 0xFF;
        long deathsDropped = from.getLong();
        long keysDropped = from.getLong();
        Origin first = origin(from);
        Origin last = origin(from);
        List<Death> entries = new ArrayList<>(Math.min(count, Deaths.ENTRIES_MAX));
        for (int i = 0; i < count; i++) {
            entries.add(entry(from));
        }
        if (from.hasRemaining()) {
            throw new IllegalArgumentException("a stored death history has " + length + " bytes, expected "
                    + from.position() + " for its " + count + " entries");
        }
        return new Deaths(entries, first, last, deathsDropped, keysDropped);
    }

    private static Origin origin(ByteBuffer from) {
        need(from, 1);
        DeathReason reason = DeathReason.of(from.get());
        return new Origin(text(from), reason, text(from));
    }

    private static Death entry(ByteBuffer from) {
        need(from, ENTRY_FIXED_BYTES);
        DeathReason reason = DeathReason.of(from.get());
        int flags = from.get();
        int keyCount = from.get() & 0xFF;
        long count = from.getLong();
        long firstMillis = from.getLong();
        long lastMillis = from.getLong();
        String queue = text(from);
        String exchange = text(from);
        String expiration = (flags & HAS_EXPIRATION) == 0 ? null : text(from);
        List<String> keys = new ArrayList<>(keyCount);
        for (int i = 0; i < keyCount; i++) {
            keys.add(text(from));
        }
        return new Death(queue, reason, count, firstMillis, lastMillis, exchange, keys, expiration);
    }

    private static String text(ByteBuffer from) {
        need(from, 1);
        int length = from.get() & 0xFF;
        need(from, length);
        byte[] bytes = new byte[length];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void need(ByteBuffer from, int bytes) {
        if (from.remaining() < bytes) {
            throw new IllegalArgumentException("a stored death history ends after " + from.limit() + " bytes; byte "
                    + from.position() + " expects " + bytes + " more");
        }
    }
}
