package io.millrace.core.simulation;

import static io.millrace.core.simulation.Lies.log;
import static io.millrace.core.simulation.Lies.outlet;
import static io.millrace.core.simulation.Lies.requireFound;
import static io.millrace.core.simulation.Lies.without;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.event.Cause;
import io.millrace.core.event.Slots;
import io.millrace.core.time.Clock;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Each lie that a broker could tell is told here, and the simulation has to find it: a checker that finds nothing proves nothing. */
class SimulationControlsTest {
    private static final int STEPS = 2000;

    @Test
    void log_that_is_written_anew_without_a_lie_passes() {
        Figures all = new Figures();
        for (long seed = 1; seed <= 3; seed++) {
            Simulation simulation = new Simulation(seed, log(TamperedLog::new));
            simulation.run(STEPS);
            all.add(simulation.figures());
        }
        assertTrue(all.deliveries > 0, all::toString);
    }

    @Test
    void disk_that_forgets_its_flushes_is_found() {
        requireFound(
                new Tampering() {
                    @Override
                    boolean forgetsForces() {
                        return true;
                    }
                },
                "D5",
                "D14",
                "D19");
    }

    @Test
    void confirm_before_the_write_is_found() {
        requireFound(
                log(log -> new TamperedLog(log) {
                    @Override
                    public long durable() {
                        return last();
                    }
                }),
                "D5: the log ends");
    }

    @Test
    void message_that_is_not_written_is_found() {
        requireFound(
                log(log -> new TamperedLog(log) {
                    private int count;

                    @Override
                    public void appended(Slots slots, ByteBuffer record, int at) {
                        if (++count % 20 != 0) {
                            super.appended(slots, record, at);
                        }
                    }
                }),
                "D5: after a restart",
                "replayed",
                "lies in memory: false, in a run: null");
    }

    @Test
    void message_that_is_written_twice_is_found() {
        requireFound(
                log(log -> new TamperedLog(log) {
                    private int count;

                    @Override
                    public void deadLettered(int queue, long sequence, Slots slots, ByteBuffer record, int at) {
                        if (++count % 5 == 0) {
                            appended(slots, record, at);
                        } else {
                            super.deadLettered(queue, sequence, slots, record, at);
                        }
                    }
                }),
                "D5: after a restart",
                "replayed");
    }

    @Test
    void dead_letter_that_is_lost_is_found() {
        requireFound(
                log(log -> new TamperedLog(log) {
                    private int count;

                    @Override
                    public void deadLettered(int queue, long sequence, Slots slots, ByteBuffer record, int at) {
                        if (++count % 5 == 0) {
                            settled(queue, sequence, sequence, Cause.REJECTED);
                        } else {
                            super.deadLettered(queue, sequence, slots, record, at);
                        }
                    }
                }),
                "D5: after a restart",
                "replayed",
                "accounts differ");
    }

    @Test
    void attempts_that_are_forgotten_are_found() {
        requireFound(
                log(log -> new TamperedLog(log) {
                    @Override
                    public void requeued(int queue, long first, long last) {
                        // Forgotten.
                    }
                }),
                "D5: after a restart",
                "replayed");
    }

    @Test
    void log_that_is_not_told_what_may_be_seen_is_found() {
        requireFound(
                log(log -> new TamperedLog(log) {
                    @Override
                    public void offered(int queue, long upTo) {
                        // Not told.
                    }
                }),
                "offered");
    }

    @Test
    void redelivered_flag_that_is_cleared_is_found() {
        requireFound(
                outlet(outlet -> new TamperedOutlet(outlet) {
                    @Override
                    public void deliver(
                            int consumer, int queue, long seq, boolean redelivered, int count, ByteBuffer r, int at) {
                        super.deliver(consumer, queue, seq, false, count, r, at);
                    }
                }),
                "D9: seen before");
    }

    @Test
    void redelivered_flag_that_is_always_set_is_found() {
        requireFound(
                outlet(outlet -> new TamperedOutlet(outlet) {
                    @Override
                    public void deliver(
                            int consumer, int queue, long seq, boolean redelivered, int count, ByteBuffer r, int at) {
                        super.deliver(consumer, queue, seq, true, count, r, at);
                    }
                }),
                "D9: marked");
    }

    @Test
    void byte_that_changes_is_found() {
        requireFound(
                outlet(outlet -> new TamperedOutlet(outlet) {
                    private int count;

                    @Override
                    public void deliver(
                            int consumer, int queue, long seq, boolean redelivered, int times, ByteBuffer r, int at) {
                        ByteBuffer copy = Records.view(Records.bytes(r, at));
                        if (++count % 10 == 0) {
                            copy.put(copy.capacity() - 1, (byte) ~copy.get(copy.capacity() - 1));
                        }
                        super.deliver(consumer, queue, seq, redelivered, times, copy, 0);
                    }
                }),
                "D5: a record");
    }

    @Test
    void delivery_that_comes_twice_is_found() {
        requireFound(
                outlet(outlet -> new TamperedOutlet(outlet) {
                    @Override
                    public void deliver(
                            int consumer, int queue, long seq, boolean redelivered, int count, ByteBuffer r, int at) {
                        super.deliver(consumer, queue, seq, redelivered, count, r, at);
                        super.deliver(consumer, queue, seq, redelivered, count, r, at);
                    }
                }),
                "while another holds it");
    }

    @Test
    void order_that_is_swapped_is_found() {
        requireFound(
                outlet(outlet -> new TamperedOutlet(outlet) {
                    private Runnable held = () -> {};

                    @Override
                    public void deliver(
                            int consumer, int queue, long seq, boolean redelivered, int count, ByteBuffer r, int at) {
                        Runnable before = held;
                        held = () -> {};
                        byte[] bytes = Records.bytes(r, at);
                        Runnable now =
                                () -> super.deliver(consumer, queue, seq, redelivered, count, Records.view(bytes), 0);
                        if (seq % 2 == 0) {
                            held = now;
                        } else {
                            now.run();
                        }
                        before.run();
                    }

                    @Override
                    public void flush() {
                        held.run();
                        held = () -> {};
                        super.flush();
                    }
                }),
                "D8");
    }

    @Test
    void clock_that_stands_still_is_found() {
        requireFound(
                new Tampering() {
                    @Override
                    Clock clock(Clock clock) {
                        long start = clock.millis();
                        return () -> start;
                    }
                },
                "D12");
    }

    @Test
    void time_to_live_that_is_ignored_is_found() {
        requireFound(without("x-message-ttl"), "x-message-ttl", "D12");
    }

    @Test
    void limit_that_is_ignored_is_found() {
        requireFound(without("x-max-length"), "at most", "x-max-length", "D2: a full queue");
    }
}
