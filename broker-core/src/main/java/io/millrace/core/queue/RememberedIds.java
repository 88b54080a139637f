package io.millrace.core.queue;

import io.millrace.core.model.QueueSpec;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ids of the messages that came into a queue last, so that none comes in twice: as many as {@code x-cache-size} says,
 * each for as long as {@code x-cache-ttl} says. Which ones are forgotten depends on what was remembered alone, so replay
 * forgets the same ones. Whole ids are kept and compared. Owner's thread.
 */
public final class RememberedIds {
    /** The argument that makes a queue remember. */
    public static final String ARGUMENT = "x-message-deduplication";
    /** The argument that says how many ids. */
    public static final String SIZE = "x-cache-size";
    /** The argument that says how long, milliseconds. */
    public static final String TTL = "x-cache-ttl";

    /** Most ids that a queue remembers; each costs about 150 bytes of memory and stands in every checkpoint. */
    public static final long SIZE_MAX = 1_000_000;

    private static final long SIZE_DEFAULT = 10_000;

    private final int most;
    private final long ttl;
    private final Map<String, Long> times = new LinkedHashMap<>();

    /**
     * @param most how many, 1 or more
     * @param ttl how long, milliseconds, 1 or more
     */
    public RememberedIds(int most, long ttl) {
        this.most = most;
        this.ttl = ttl;
    }

    /** What such a queue remembers at its beginning: nothing; null if it never remembers. */
    public static @Nullable RememberedIds of(QueueSpec spec) {
        if (!Boolean.TRUE.equals(spec.arguments().get(ARGUMENT))) {
            return null;
        }
        long most = number(spec, SIZE, SIZE_DEFAULT);
        return new RememberedIds((int) Math.min(most, SIZE_MAX), number(spec, TTL, Long.MAX_VALUE));
    }

    private static long number(QueueSpec spec, String argument, long otherwise) {
        return spec.arguments().get(argument) instanceof Long number && number > 0 ? number : otherwise;
    }

    /** Whether that id came before, recently enough. */
    public boolean contains(String id, long now) {
        Long at = times.get(id);
        return at != null && !isOver(at, now);
    }

    /** Applies: that id came at that time, milliseconds since the epoch. */
    public void remember(String id, long now) {
        times.remove(id);
        Iterator<Long> oldest = times.values().iterator();
        while (oldest.hasNext() && (isOver(oldest.next(), now) || times.size() >= most)) {
            oldest.remove();
        }
        times.put(id, now);
    }

    /** Restores from a checkpoint, in the order of {@link #forEach}. */
    public void restore(String id, long at) {
        times.put(id, at);
    }

    /** How many are remembered, those included whose time is over and which were not forgotten yet. */
    public int size() {
        return times.size();
    }

    /** Takes what is remembered. */
    @FunctionalInterface
    public interface Visitor {
        /** That id came at that time, milliseconds since the epoch. */
        void id(String id, long at);
    }

    /** Shows everything, in the order in which it came. */
    public void forEach(Visitor visitor) {
        times.forEach(visitor::id);
    }

    private boolean isOver(long at, long now) {
        return now - at >= ttl;
    }
}
