package io.millrace.core.model;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How often, where and why a message was dead-lettered: the overlay of its record, in a form that no protocol owns.
 *
 * <p>The first and the last death are kept apart from the list, because the wire names them apart and because an entry
 * keeps the exchange of its own first death only. Everything is bounded: beyond {@link #ENTRIES_MAX} kinds of death the
 * oldest entry goes, beyond {@link #BYTES_MAX} the routing keys of the oldest entries go, and both are counted.
 *
 * @param entries one for each queue and reason, the newest first; immutable
 * @param first the very first death, null if there was none
 * @param last the newest death, null if there was none
 * @param deathsDropped deaths that no entry counts any more
 * @param keysDropped routing keys that were left out of entries
 */
public record Deaths(
        List<Death> entries,
        @Nullable Origin first,
        @Nullable Origin last,
        long deathsDropped,
        long keysDropped) {
    /** Most entries. */
    public static final int ENTRIES_MAX = 64;
    /** Most routing keys of an entry. */
    public static final int ROUTING_KEYS_MAX = 128;
    /** Most bytes that {@link #encode} returns. With no routing keys left, {@link #ENTRIES_MAX} entries always fit. */
    public static final int BYTES_MAX = 60 * 1024;

    /** No deaths. */
    public static final Deaths NONE = new Deaths(List.of(), null, null, 0, 0);

    /**
     * What is told of the first and of the last death.
     *
     * @param queue the queue it left, at most 255 bytes of UTF-8
     * @param reason why
     * @param exchange the exchange it had been published to, at most 255 bytes of UTF-8
     */
    public record Origin(String queue, DeathReason reason, String exchange) {
        /** @throws IllegalArgumentException if a text is too long */
        public Origin {
            DeathsCodec.checkText("queue", queue);
            DeathsCodec.checkText("exchange", exchange);
        }

        static Origin of(Death death) {
            return new Origin(death.queue(), death.reason(), death.exchange());
        }
    }

    /**
     * Copies {@code entries} and drops what is beyond the bounds.
     *
     * @throws IllegalArgumentException if there are entries without a first and a last death, or the other way round
     */
    public Deaths {
        if (entries.isEmpty() != (first == null) || entries.isEmpty() != (last == null)) {
            throw new IllegalArgumentException("there are " + entries.size() + " deaths, the first is " + first
                    + " and the last " + last + "; expected all or none of them");
        }
        List<Death> kept = new ArrayList<>(entries);
        while (kept.size() > ENTRIES_MAX) {
            deathsDropped += kept.remove(kept.size() - 1).count();
        }
        for (int i = 0; i < kept.size(); i++) {
            keysDropped += limitKeys(kept, i, ROUTING_KEYS_MAX);
        }
        int bytes = kept.isEmpty() ? 0 : DeathsCodec.size(kept, first, last);
        for (int i = kept.size() - 1; i >= 0 && bytes > BYTES_MAX; i--) {
            bytes -= DeathsCodec.keyBytes(kept.get(i));
            keysDropped += limitKeys(kept, i, 0);
        }
        entries = List.copyOf(kept);
    }

    private static int limitKeys(List<Death> entries, int index, int most) {
        Death death = entries.get(index);
        int over = death.routingKeys().size() - most;
        if (over > 0) {
            entries.set(index, death.withKeys(most));
        }
        return Math.max(over, 0);
    }

    /**
     * The deaths that a record's overlay tells of.
     *
     * @param record little-endian
     * @param recordAt where the record begins
     * @throws IllegalArgumentException if the overlay cannot be read
     */
    public static Deaths decode(ByteBuffer record, int recordAt) {
        int length = MessageRecord.overlayLength(record, recordAt);
        return length == 0 ? NONE : DeathsCodec.decode(record, MessageRecord.overlayAt(record, recordAt), length);
    }

    /** The overlay that tells of them, at most {@link #BYTES_MAX} bytes; empty if there are none. */
    public byte[] encode() {
        return first == null || last == null ? new byte[0] : DeathsCodec.encode(this, first, last);
    }

    /**
     * These deaths and one more.
     *
     * <p>If there is an entry of the same queue and reason, it counts one more and goes to the front, and its first time,
     * exchange, routing keys and expiration stay; if not, the new one goes to the front.
     */
    public Deaths with(Death death) {
        List<Death> next = new ArrayList<>(entries.size() + 1);
        next.add(death);
        for (int i = 0; i < entries.size(); i++) {
            Death entry = entries.get(i);
            if (entry.sameKind(death)) {
                next.set(0, entry.again(death));
            } else {
                next.add(entry);
            }
        }
        Origin origin = Origin.of(death);
        return new Deaths(next, first == null ? origin : first, origin, deathsDropped, keysDropped);
    }

    /**
     * Whether a message with these deaths, the newest included, that goes to that queue has gone round in a circle on its
     * own: it died there before, and neither then nor since was it rejected by a consumer. Such a message is dropped.
     */
    public boolean closesCycle(String queue) {
        for (int i = 0; i < entries.size(); i++) {
            Death entry = entries.get(i);
            if (entry.reason() == DeathReason.REJECTED) {
                return false;
            }
            if (entry.queue().equals(queue)) {
                return true;
            }
        }
        return false;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }
}
