package io.millrace.core.simulation;

import io.millrace.core.model.Death;
import io.millrace.core.model.Deaths;
import io.millrace.core.model.MessageRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Compares records, byte by byte, with what they have to be. */
final class Records {
    private static final int PUBLISHED_AT = 16;
    private static final int EXPIRES_AT = 24;
    private static final int FLAGS = 5;

    private Records() {}

    static byte[] bytes(ByteBuffer record, int at) {
        byte[] bytes = new byte[MessageRecord.length(record, at)];
        record.get(at, bytes);
        return bytes;
    }

    static ByteBuffer view(byte[] record) {
        return ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
    }

    static String key(byte[] record) {
        return MessageRecord.routingKey(view(record), 0);
    }

    static long expiresAt(byte[] record) {
        return MessageRecord.expiresAt(view(record), 0);
    }

    static boolean isDelayed(byte[] record) {
        return MessageRecord.delayed(view(record), 0);
    }

    /** Where and why it died, the newest first. */
    static List<String> deaths(byte[] record) {
        if (MessageRecord.overlayLength(view(record), 0) == 0) {
            return List.of();
        }
        List<String> deaths = new ArrayList<>();
        for (Death death : Deaths.decode(view(record), 0).entries()) {
            deaths.add(death.queue() + " " + death.reason().text());
        }
        return deaths;
    }

    /** Whether that is the history after one more death; the same message may be twice in a queue, after other deaths. */
    static boolean isNext(List<String> before, List<String> after) {
        if (after.isEmpty()) {
            return before.isEmpty();
        }
        List<String> expected = new ArrayList<>(before);
        expected.remove(after.get(0));
        expected.add(0, after.get(0));
        return expected.equals(after);
    }

    /** The record must be what was published, taken at that time. */
    static void requirePublished(Message message, byte[] record, long millis) {
        byte[] expected = message.record.clone();
        ByteBuffer to = view(expected);
        to.putLong(PUBLISHED_AT, millis);
        to.putLong(EXPIRES_AT, message.expiration < 0 ? 0 : millis + message.expiration);
        requireSame(expected, record, () -> "as published: " + message);
    }

    /** The record must be the one before, with nothing changed that dying does not change. */
    static void requireDead(byte[] before, byte[] record, String exchange, String key, Copy what) {
        ByteBuffer from = view(before);
        ByteBuffer to = view(record);
        int tail = MessageRecord.propertiesAt(from, 0);
        int newTail = MessageRecord.propertiesAt(to, 0);
        boolean same = Arrays.equals(before, tail, before.length, record, newTail, record.length)
                && MessageRecord.exchange(to, 0).equals(exchange)
                && MessageRecord.routingKey(to, 0).equals(key)
                && MessageRecord.durable(from, 0) == MessageRecord.durable(to, 0)
                && MessageRecord.priority(from, 0) == MessageRecord.priority(to, 0)
                && MessageRecord.publishedAt(from, 0) == MessageRecord.publishedAt(to, 0)
                && MessageRecord.expiresAt(to, 0) == 0;
        Breach.unless(same, () -> "D5: the dead letter is not what died: " + what);
    }

    /** The record must be the one before, whose delay is over at that time. */
    static void requireReleased(byte[] before, byte[] record, long millis, Copy what) {
        byte[] expected = before.clone();
        ByteBuffer to = view(expected);
        expected[FLAGS] |= MessageRecord.DELAYED;
        long expires = to.getLong(EXPIRES_AT);
        if (expires != 0) {
            to.putLong(EXPIRES_AT, expires + millis - to.getLong(PUBLISHED_AT));
        }
        to.putLong(PUBLISHED_AT, millis);
        requireSame(expected, record, () -> "as delayed: " + what);
    }

    static void requireSame(byte[] expected, byte[] met, Supplier<String> what) {
        if (!Arrays.equals(expected, met)) {
            throw new Breach("D5: a record of " + met.length + " bytes differs at byte "
                    + Arrays.mismatch(expected, met) + " from the one that it has to be, " + what.get());
        }
    }
}
