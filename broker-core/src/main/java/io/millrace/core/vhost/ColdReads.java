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
    private final LinkedHashSet<Queue> recent = new LinkedHashSet<>();
    private long windowBytes;
    private int fetchedAt;

    ColdReads(Host host) {
        this.host = host;
    }

    private int readAhead() {
        return (int) Math.min(WINDOW_BYTES_MAX, host.limits.readAheadBytes() / 4);
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
            Runnable goOn = () -> {
                queue.dispatch().stalled(false);
                host.dirty(queue);
            };
            load(queue, sequence, goOn, goOn);
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

    /**
     * Reads what is missing for that message, which may take more than one call, and goes on in a turn unless the queue is
     * gone meanwhile.
     *
     * @param then runs once more is at hand
     * @param damaged runs instead if it cannot be read: it is not ready any more and was reported
     */
    void load(Queue queue, long sequence, Runnable then, Runnable damaged) {
        long location = queue.state().locations().where(sequence);
        if (location == Locations.UNKNOWN) {
            loadIndex(queue, sequence, then, damaged);
        } else {
            loadRecords(queue, sequence, location, then, damaged);
        }
    }

    private void loadIndex(Queue queue, long sequence, Runnable then, Runnable damaged) {
        Run run = queue.state().runs().holding(sequence);
        if (run == null) {
            report(queue, sequence, "no segment holds it", damaged);
            return;
        }
        long to = Math.min(run.last(), sequence + INDEX_AHEAD);
        host.setup.segments().readIndex(run, sequence, to, new Landing<>(queue, sequence, damaged) {
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
                    report(queue, sequence, "segment " + run.segment() + " does not hold it", damaged);
                } else {
                    then.run();
                }
            }
        });
    }

    private void loadRecords(Queue queue, long sequence, long location, Runnable then, Runnable damaged) {
        host.setup
                .segments()
                .readRecords(
                        Integer.toUnsignedLong(Locations.number(location)),
                        Locations.offset(location),
                        queue.state().locations().length(sequence),
                        worthReading(queue, sequence, location),
                        new Landing<>(queue, sequence, damaged) {
                            @Override
                            void land(Segments.Window window) {
                                keep(queue, window);
                                then.run();
                            }
                        });
    }

    /** Bytes up to the end of what this queue is known to have behind that record, within the bound of a window. */
    private int worthReading(Queue queue, long sequence, long location) {
        Locations locations = queue.state().locations();
        long bytes = locations.length(sequence);
        for (long s = queue.state().live().next(sequence + 1);
                s >= 0;
                s = queue.state().live().next(s + 1)) {
            long where = locations.where(s);
            boolean sameSegment = where != Locations.UNKNOWN
                    && !Locations.isInMemory(where)
                    && Locations.number(where) == Locations.number(location);
            if (!sameSegment || bytes >= readAhead()) {
                break;
            }
            bytes = Math.max(bytes, distance(location, where) + locations.length(s));
        }
        return (int) Math.min(readAhead(), bytes);
    }

    private static long distance(long from, long to) {
        return Integer.toUnsignedLong(Locations.offset(to)) - Integer.toUnsignedLong(Locations.offset(from));
    }

    private void keep(Queue queue, Segments.Window window) {
        drop(queue);
        queue.window(window);
        windowBytes += window.records().capacity();
        recent.add(queue);
        while (windowBytes > host.limits.readAheadBytes() && recent.size() > 1) {
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
    private void report(Queue queue, long sequence, String text, Runnable then) {
        queue.dispatch().ready().remove(sequence);
        host.damages.add(queue, sequence, sequence, text);
        then.run();
    }

    /** A completion that comes in a turn and finds its queue still there. */
    private abstract class Landing<T> implements Segments.Completion<T> {
        private final Queue queue;
        private final long sequence;
        private final Runnable damaged;

        Landing(Queue queue, long sequence, Runnable damaged) {
            this.queue = queue;
            this.sequence = sequence;
            this.damaged = damaged;
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
                    report(queue, sequence, kind + cause.getMessage(), damaged);
                }
            });
        }
    }
}
