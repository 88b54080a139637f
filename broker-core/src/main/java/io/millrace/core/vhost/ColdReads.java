package io.millrace.core.vhost;

import io.millrace.core.queue.Locations;
import io.millrace.core.store.DamagedException;
import io.millrace.core.store.Segments;
import io.millrace.core.store.Segments.Run;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * Brings records to hand: those in memory at once, those in segments by a read in the background, during which their queue
 * stalls. What is read stays in a window per queue; all windows together have a bound, the least recent is dropped.
 */
final class ColdReads {
    private static final int WINDOW_BYTES_MAX = 1 << 20;
    private static final int INDEX_AHEAD = 4095;

    private final Host host;
    private final long windowBytesMax;
    private final int readAhead;
    private final LinkedHashSet<Queue> recent = new LinkedHashSet<>();
    private long windowBytes;
    private int fetchedAt;

    ColdReads(Host host) {
        this.host = host;
        this.windowBytesMax = host.setup.limits().readAheadBytes();
        this.readAhead = (int) Math.min(WINDOW_BYTES_MAX, windowBytesMax / 4);
    }

    /** Where in the buffer that {@link #fetch} returned the record begins. */
    int fetchedAt() {
        return fetchedAt;
    }

    /** The buffer that holds a live message's record; null if it has to be read first and the queue stalls. */
    @Nullable
    ByteBuffer fetch(Queue queue, long sequence) {
        ByteBuffer record = atHand(queue, sequence);
        if (record == null) {
            queue.dispatch().stalled(true);
            load(queue, sequence, () -> {
                queue.dispatch().stalled(false);
                host.dirty(queue);
            });
        }
        return record;
    }

    /** The buffer that holds a live message's record if it is in memory, or null. */
    @Nullable
    ByteBuffer atHand(Queue queue, long sequence) {
        long location = queue.state().locations().where(sequence);
        if (Locations.isInMemory(location)) {
            fetchedAt = Locations.offset(location);
            return host.arena.buffer(Locations.number(location));
        }
        Segments.Window window = queue.window();
        if (location != Locations.UNKNOWN && window != null && window.segment() == Locations.number(location)) {
            int at = window.offsetOf(Locations.offset(location));
            if (at >= 0) {
                fetchedAt = at;
                return window.records();
            }
        }
        return null;
    }

    /** Reads what is missing for that message; then, in a turn, runs {@code then} unless the queue is gone. */
    void load(Queue queue, long sequence, Runnable then) {
        long location = queue.state().locations().where(sequence);
        if (location == Locations.UNKNOWN) {
            loadIndex(queue, sequence, then);
        } else {
            loadRecords(queue, sequence, location, then);
        }
    }

    private void loadIndex(Queue queue, long sequence, Runnable then) {
        Run run = queue.state().runs().holding(sequence);
        if (run == null) {
            damaged(queue, sequence, sequence, "no segment holds it", then);
            return;
        }
        long to = Math.min(run.last(), sequence + INDEX_AHEAD);
        host.setup.segments().readIndex(run, sequence, to, new Landing<>(queue, sequence, to, then) {
            @Override
            void land(Segments.IndexBlock block) {
                Locations locations = queue.state().locations();
                for (int i = 0; i < block.count(); i++) {
                    long found = block.sequences()[i];
                    if (queue.state().live().contains(found) && locations.where(found) == Locations.UNKNOWN) {
                        locations.set(
                                found, Locations.inSegment(run.segment(), block.offsets()[i]), block.lengths()[i]);
                    }
                }
                boolean wanted = queue.state().live().contains(sequence);
                if (wanted && locations.where(sequence) == Locations.UNKNOWN) {
                    damaged(queue, sequence, sequence, "segment " + run.segment() + " does not hold it", then);
                } else {
                    then.run();
                }
            }
        });
    }

    private void loadRecords(Queue queue, long sequence, long location, Runnable then) {
        host.setup
                .segments()
                .readRecords(
                        Integer.toUnsignedLong(Locations.number(location)),
                        Locations.offset(location),
                        queue.state().locations().length(sequence),
                        readAhead,
                        new Landing<>(queue, sequence, sequence, then) {
                            @Override
                            void land(Segments.Window window) {
                                keep(queue, window);
                                then.run();
                            }
                        });
    }

    private void keep(Queue queue, Segments.Window window) {
        drop(queue);
        queue.window(window);
        windowBytes += window.records().capacity();
        recent.add(queue);
        while (windowBytes > windowBytesMax && recent.size() > 1) {
            drop(recent.iterator().next());
        }
    }

    /** Lets go of what was read for a queue. */
    void drop(Queue queue) {
        Segments.Window window = queue.window();
        if (recent.remove(queue) && window != null) {
            windowBytes -= window.records().capacity();
        }
        queue.window(null);
    }

    /** What cannot be read stays in the queue, is not offered, and is reported; the rest of the queue goes on. */
    private void damaged(Queue queue, long first, long last, String text, Runnable then) {
        queue.dispatch().ready().removeRange(first, last);
        host.setup.listener().damaged(queue.name(), first, last, text);
        then.run();
    }

    /** A completion that comes in a turn and finds its queue still there. */
    private abstract class Landing<T> implements Segments.Completion<T> {
        private final Queue queue;
        private final long first;
        private final long last;
        private final Runnable then;

        Landing(Queue queue, long first, long last, Runnable then) {
            this.queue = queue;
            this.first = first;
            this.last = last;
            this.then = then;
        }

        abstract void land(T result);

        @Override
        public void done(T result) {
            host.turn(() -> {
                if (!queue.isDeleted()) {
                    land(result);
                }
            });
        }

        @Override
        public void failed(Exception cause) {
            host.turn(() -> {
                if (!queue.isDeleted()) {
                    String kind = cause instanceof DamagedException ? "damaged: " : "cannot be read: ";
                    damaged(queue, first, last, kind + cause.getMessage(), then);
                }
            });
        }
    }
}
