package io.millrace.core.vhost;

import io.millrace.core.queue.Locations;
import io.millrace.core.queue.SequenceSet;
import io.millrace.core.store.DamagedException;
import io.millrace.core.store.Segments;
import io.millrace.core.store.Segments.Run;
import io.millrace.core.store.Segments.Window;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * Brings records to hand: those in memory at once, those in segments by a read in the background, during which their queue
 * stalls. What is read stays in a window per queue; all windows together have a bound, the least recent is dropped.
 */
@SuppressWarnings("ReferenceEquality") // a run and a window are asked for being the very same, not for being equal
final class ColdReads {
    private static final int WINDOW_BYTES_MAX = 1 << 20;
    private static final int INDEX_AHEAD = 4095;
    /** Bytes that are read at first, when nobody knows whether the queue is read in order. */
    private static final int FIRST_BYTES = 64 << 10;
    /** From such a window on, the next one is read before it is asked for. */
    private static final int READ_ON_BYTES = 256 << 10;
    /** A record's checksum in a segment. */
    private static final int CHECK_BYTES = 4;

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
        ColdWindow cold = queue.cold();
        if (location == Locations.UNKNOWN || cold == null) {
            return null;
        }
        Window window = cold.window();
        if (window != null && isIn(window, location)) {
            return window.records();
        }
        Window ahead = cold.ahead();
        if (ahead != null && isIn(ahead, location)) {
            windowBytes -= cold.bytes();
            release(cold.advance());
            windowBytes += cold.bytes();
            readOn(queue, cold);
            return ahead.records();
        }
        return null;
    }

    private boolean isIn(Window window, long location) {
        if (window.segment() != Locations.number(location)) {
            return false;
        }
        fetchedAt = window.offsetOf(Locations.offset(location));
        return fetchedAt >= 0;
    }

    /**
     * Reads what is missing for that message, which may take more than one call, and goes on in a turn unless the queue is
     * gone meanwhile.
     *
     * @param then runs once more is at hand
     * @param damaged runs instead if it cannot be read: it is not ready any more and was reported
     */
    void load(Queue queue, long sequence, Runnable then, Runnable damaged) {
        ColdWindow cold = queue.cold();
        long location = queue.state().locations().where(sequence);
        if (cold != null && cold.isReadingOn() && sequence == cold.behind()) {
            cold.wait(then);
        } else if (location == Locations.UNKNOWN) {
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
                if (!run.equals(queue.state().runs().holding(sequence))) {
                    then.run(); // it was moved to another segment meanwhile
                    return;
                }
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
        Reach reach = reach(queue, sequence, location, wanted(queue, location));
        read(queue, sequence, location, reach.bytes, new Landing<>(queue, sequence, damaged) {
            @Override
            void land(Window window) {
                drop(queue);
                ColdWindow cold = queue.coldOrNew();
                cold.window(window, reach.behind);
                keep(queue, cold.bytes());
                readOn(queue, cold);
                then.run();
            }
        });
    }

    private void read(Queue queue, long sequence, long location, int bytes, Segments.Completion<Window> completion) {
        host.setup
                .segments()
                .readRecords(
                        Integer.toUnsignedLong(Locations.number(location)),
                        Locations.offset(location),
                        queue.state().locations().length(sequence),
                        bytes,
                        completion);
    }

    /** How many bytes to read from there on: few at first, more the longer a queue is read in order. */
    private int wanted(Queue queue, long location) {
        ColdWindow cold = queue.cold();
        Window window = cold == null ? null : cold.window();
        if (window == null || window.segment() != Locations.number(location)) {
            return Math.min(FIRST_BYTES, readAhead());
        }
        long skipped = Integer.toUnsignedLong(Locations.offset(location))
                - window.from()
                - window.records().limit();
        boolean inOrder = skipped >= 0 && skipped <= FIRST_BYTES;
        return Math.min(inOrder ? 4 * window.records().capacity() : FIRST_BYTES, readAhead());
    }

    /** Reads what lies behind the window of a queue that is read in order, while that window is handed out. */
    private void readOn(Queue queue, ColdWindow cold) {
        Window window = cold.window();
        long next = cold.behind();
        if (window == null
                || window.records().capacity() < READ_ON_BYTES
                || next == ColdWindow.NOTHING
                || cold.ahead() != null
                || cold.isReadingOn()) {
            return;
        }
        long location = queue.state().locations().where(next);
        if (Locations.isInMemory(location) || !queue.state().live().contains(next)) {
            return;
        }
        cold.beginReadingOn();
        if (location == Locations.UNKNOWN) {
            loadIndex(queue, next, () -> indexReadOn(queue, cold, next), cold::endReadingOn);
            return;
        }
        Reach reach = reach(queue, next, location, readAhead());
        read(queue, next, location, reach.bytes, new Landing<>(queue, next, cold::endReadingOn) {
            @Override
            @SuppressWarnings("ReferenceEquality") // that very window, whatever it holds
            void land(Window read) {
                if (queue.cold() == cold && cold.window() == window) {
                    cold.ahead(read, reach.behind);
                    keep(queue, read.records().capacity());
                } else {
                    release(read);
                }
                cold.endReadingOn();
            }
        });
    }

    private void indexReadOn(Queue queue, ColdWindow cold, long next) {
        cold.endReadingOn();
        if (queue.cold() == cold && cold.behind() == next) {
            readOn(queue, cold);
        }
    }

    /**
     * How far to read.
     *
     * @param bytes up to the end of what this queue is known to have there, within what is wanted
     * @param behind the queue's first message behind those, or {@link ColdWindow#NOTHING}
     */
    private record Reach(int bytes, long behind) {}

    private Reach reach(Queue queue, long sequence, long location, int wanted) {
        Locations locations = queue.state().locations();
        SequenceSet live = queue.state().live();
        long bytes = locations.length(sequence);
        long next = live.next(sequence + 1);
        while (next >= 0) {
            long where = locations.where(next);
            boolean sameSegment = where != Locations.UNKNOWN
                    && !Locations.isInMemory(where)
                    && Locations.number(where) == Locations.number(location);
            long end = sameSegment ? distance(location, where) + locations.length(next) : 0;
            if (end <= bytes && sameSegment) {
                next = live.next(next + 1); // shared with a message before
                continue;
            }
            if (!sameSegment || end > wanted - CHECK_BYTES) {
                break;
            }
            bytes = end;
            next = live.next(next + 1);
        }
        // The check of a record stands in front of it, so there is one more than distances count.
        return new Reach((int) bytes + CHECK_BYTES, next);
    }

    private static long distance(long from, long to) {
        return Integer.toUnsignedLong(Locations.offset(to)) - Integer.toUnsignedLong(Locations.offset(from));
    }

    /** So much more was read for that queue. */
    private void keep(Queue queue, long bytes) {
        windowBytes += bytes;
        recent.remove(queue);
        recent.add(queue);
        while (windowBytes > host.limits.readAheadBytes() && recent.size() > 1) {
            drop(recent.iterator().next());
        }
    }

    /** Lets go of what was read for a queue. */
    void drop(Queue queue) {
        ColdWindow cold = queue.cold();
        if (cold == null) {
            return;
        }
        if (recent.remove(queue)) {
            windowBytes -= cold.bytes();
        }
        release(cold.window());
        release(cold.ahead());
        cold.window(null, ColdWindow.NOTHING);
        cold.ahead(null, ColdWindow.NOTHING);
    }

    private void release(@Nullable Window window) {
        if (window != null) {
            host.setup.segments().release(window);
        }
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
