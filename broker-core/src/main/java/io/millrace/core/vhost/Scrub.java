package io.millrace.core.vhost;

import io.millrace.core.store.Segments;
import io.millrace.core.store.Segments.Run;
import io.millrace.core.store.Segments.ScrubPoint;
import io.millrace.core.store.Segments.Scrubbed;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads all messages that lie in segments again and again, slowly, so that damage is found before somebody needs the message.
 *
 * <p>The first pass begins soon after the start, another an hour after the last one has ended. Queue by queue, run by run, a
 * piece at a time; a piece waits while anything else is read or written. Owner's thread; workers do the reading.
 */
final class Scrub {
    private static final int PIECE_BYTES = 256 << 10;
    private static final long REST_MILLIS = 3_600_000;
    /** Most queues that are looked at in a turn. */
    private static final int LOOKED_AT_MAX = 4096;

    private static final long YIELD_MILLIS = 50;
    private static final long NANOS = 1_000_000L;

    private final Host host;
    private ScrubRate rate = ScrubRate.NONE;
    private boolean running;
    private boolean stopped;
    private long nextPassAt;

    /** Where it is: the queue, the last sequence of the run that was read last, and the place in the one behind it. */
    private int queueId;

    private long doneUpTo = -1;
    private ScrubPoint point = ScrubPoint.BEGIN;
    private @Nullable Run scrubbed;

    private long passes;
    private long bytes;
    private long passBegunAt;
    private long passEndedAt;

    Scrub(Host host) {
        this.host = host;
    }

    void rate(ScrubRate wanted) {
        rate = wanted;
    }

    void stop() {
        stopped = true;
    }

    /** About once a second: begins a pass when one is due. */
    void tick() {
        if (!running && !stopped && rate.isOn() && host.setup.clock().millis() >= nextPassAt) {
            running = true;
            queueId = 1;
            doneUpTo = -1;
            point = ScrubPoint.BEGIN;
            passBegunAt = host.setup.clock().millis();
            step();
        }
    }

    /** How far it is. */
    ScrubReport report() {
        return new ScrubReport(rate.isOn(), running, passes, bytes, passBegunAt, passEndedAt, host.damages.count());
    }

    private void step() {
        if (stopped || host.isFailed()) {
            running = false;
            return;
        }
        if (host.setup.segments().isBusy()) {
            later(YIELD_MILLIS);
            return;
        }
        Run run = next();
        if (!Objects.equals(run, scrubbed)) {
            scrubbed = run; // also one that stands in the place of another since the last piece
            point = ScrubPoint.BEGIN;
        }
        if (run == null && queueId < host.state.queues().nextId()) {
            later(1);
            return;
        }
        if (run == null) {
            running = false;
            passes++;
            passEndedAt = host.setup.clock().millis();
            nextPassAt = passEndedAt + REST_MILLIS;
            return;
        }
        host.setup.segments().scrub(run, point, PIECE_BYTES, new Segments.Completion<>() {
            @Override
            public void done(Scrubbed scrubbed) {
                land(run, scrubbed);
            }

            @Override
            public void failed(Exception cause) {
                host.setup
                        .listener()
                        .stuck("stored messages in segment " + run.segment() + " cannot be checked: " + cause);
                finish(run);
                later(rate.took(PIECE_BYTES, host.setup.clock().millis()));
            }
        });
    }

    /** The run that is to be read now; null behind the last one, or when enough queues were looked at for now. */
    private @Nullable Run next() {
        QueueTable queues = host.state.queues();
        for (int looked = 0; queueId < queues.nextId() && looked < LOOKED_AT_MAX; queueId++, looked++) {
            Queue queue = queues.numbered(queueId);
            Run run = queue == null ? null : unknown(queue);
            if (run != null) {
                return run;
            }
            doneUpTo = -1;
            point = ScrubPoint.BEGIN;
        }
        return null;
    }

    /** The next run of the queue of which something may be whole, or null. */
    private @Nullable Run unknown(Queue queue) {
        Run run = queue.state().runs().behind(doneUpTo);
        while (run != null && host.damages.coversAll(queue, run.first(), run.last())) {
            finish(run);
            run = queue.state().runs().behind(doneUpTo);
        }
        return run;
    }

    private void land(Run run, Scrubbed scrubbed) {
        Queue queue = host.state.queues().numbered(run.queue());
        if (queue != null && !scrubbed.flaws().isEmpty()) {
            host.turn(() -> {
                for (Segments.Flaw flaw : scrubbed.flaws()) {
                    host.damages.add(queue, flaw.first(), flaw.last(), "damaged: " + flaw.text());
                }
            });
        }
        bytes += scrubbed.bytes();
        if (scrubbed.next().entry() >= run.count()) {
            finish(run);
        } else {
            point = scrubbed.next();
        }
        later(rate.took(scrubbed.bytes(), host.setup.clock().millis()));
    }

    private void finish(Run run) {
        doneUpTo = run.last();
        point = ScrubPoint.BEGIN;
    }

    private void later(long millis) {
        host.setup.timer().after(millis * NANOS, () -> host.setup.owner().execute(this::step));
    }
}
