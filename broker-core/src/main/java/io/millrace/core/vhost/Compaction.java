package io.millrace.core.vhost;

import io.millrace.core.queue.SequenceSet;
import io.millrace.core.store.Segments.Kept;
import io.millrace.core.store.Segments.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds segments of which little is wanted any more, so that one message that nobody settles does not keep the space of all
 * that came with it. Looks about every ten seconds, and names a segment only when nothing has left it since the look before:
 * one that is being drained will soon be gone as a whole. Owner's thread.
 */
final class Compaction {
    /** At most one in so many messages is live. */
    private static final int LIVE_ONE_IN = 4;
    /** What must be won by it, if memory is not so small that segments are too. */
    private static final long GAIN_BYTES_MIN = 64 << 10;
    /** What must be won by it, as a part of memory. */
    private static final int GAIN_ONE_IN = 64;
    /** What is copied in one piece, as far as the averages of runs say. */
    private static final long COPY_BYTES_MAX = 8 << 20;
    /** What a message takes besides its body, about. */
    private static final int OVERHEAD_BYTES = 64;

    private static final int LOOK_TICKS = 10;

    private static final class Share {
        long messages;
        long live;
        long bytes;
        long liveBytes;
    }

    private final Host host;
    private final Set<Long> unreadable = new HashSet<>();
    private Map<Long, Long> seen = Map.of();
    private int ticks;
    private long found;

    Compaction(Host host) {
        this.host = host;
    }

    /** About once a second. */
    void tick() {
        if (++ticks % LOOK_TICKS == 0) {
            look();
        }
    }

    /** A segment to be copied, 0 if there is none; told once. */
    long take() {
        long segment = found;
        found = 0;
        return segment;
    }

    /** That segment cannot be copied as something in it is damaged: it stays as it is. */
    void isUnreadable(long segment) {
        unreadable.add(segment);
    }

    private void look() {
        Map<Long, Share> shares = new HashMap<>();
        for (Queue queue : host.state.queues().all()) {
            queue.state().runs().forEach((run, live) -> add(shares, run, live));
        }
        unreadable.retainAll(shares.keySet());
        Map<Long, Long> candidates = new HashMap<>();
        long gain = Math.min(GAIN_BYTES_MIN, host.limits.memoryBytes() / GAIN_ONE_IN);
        for (Map.Entry<Long, Share> entry : shares.entrySet()) {
            Share share = entry.getValue();
            if (share.live * LIVE_ONE_IN <= share.messages
                    && share.bytes - share.liveBytes >= gain
                    && share.liveBytes <= COPY_BYTES_MAX
                    && !unreadable.contains(entry.getKey())) {
                candidates.put(entry.getKey(), share.live);
                Long before = seen.get(entry.getKey());
                if (found == 0 && before != null && before == share.live) {
                    found = entry.getKey();
                    ticks = LOOK_TICKS - 2; // there may be more: one every other second
                }
            }
        }
        seen = candidates;
    }

    private static void add(Map<Long, Share> shares, Run run, long live) {
        Share share = shares.computeIfAbsent(run.segment(), any -> new Share());
        long average = run.bodyBytes() / run.count() + OVERHEAD_BYTES;
        share.messages += run.count();
        share.live += live;
        share.bytes += average * run.count();
        share.liveBytes += average * live;
    }

    /** What is live in a segment. */
    List<Kept> kept(long segment) {
        List<Kept> all = new ArrayList<>();
        for (Queue queue : host.state.queues().all()) {
            Run run = runIn(queue, segment);
            if (run != null) {
                all.add(new Kept(run, live(queue.state().live(), run)));
            }
        }
        return all;
    }

    private static @Nullable Run runIn(Queue queue, long segment) {
        for (Run run : queue.state().runs().all()) {
            if (run.segment() == segment) {
                return run;
            }
        }
        return null;
    }

    private static long[] live(SequenceSet live, Run run) {
        long[] sequences = new long[(int) live.count(run.first(), run.last())];
        int[] count = {0};
        live.ranges(run.first(), run.last(), (first, last) -> {
            for (long s = first; s <= last; s++) {
                sequences[count[0]++] = s;
            }
        });
        return Arrays.copyOf(sequences, count[0]);
    }
}
