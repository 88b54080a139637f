package io.millrace.core.simulation;

import static io.millrace.core.simulation.Lies.log;
import static io.millrace.core.simulation.Lies.outlet;
import static io.millrace.core.simulation.Lies.requireFound;
import static io.millrace.core.simulation.Lies.segments;
import static io.millrace.core.simulation.Lies.without;

import io.millrace.core.event.Slots;
import io.millrace.core.log.Log;
import io.millrace.core.model.Arguments;
import io.millrace.core.policy.Policies;
import io.millrace.core.policy.Policy;
import io.millrace.core.store.SegmentPlan;
import io.millrace.core.store.SegmentPlan.PlannedRun;
import io.millrace.core.store.Segments;
import io.millrace.core.store.Segments.Run;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Negative controls of single features of queues, and of what is done in the background; see {@link SimulationControlsTest}. */
class SimulationFeatureControlsTest {
    /** Enough for what happens once in five lives. */
    private static final int MANY_SEEDS = 60;

    @Test
    void delivery_limit_that_is_ignored_is_found() {
        requireFound(
                MANY_SEEDS,
                new Tampering() {
                    @Override
                    Policies policies(Policies policies) {
                        Policies others = Policies.NONE;
                        for (boolean operator : new boolean[] {false, true}) {
                            for (Policy policy : policies.all(operator)) {
                                others = others.with(operator, unlimited(policy));
                            }
                        }
                        return others;
                    }
                },
                "D9: goes back after");
    }

    private static Policy unlimited(Policy policy) {
        Map<String, @Nullable Object> settings =
                new HashMap<>(policy.definition().values());
        settings.remove("delivery-limit");
        return new Policy(
                policy.name(), policy.pattern(), policy.applyTo(), policy.priority(), new Arguments(settings));
    }

    @Test
    void unroutable_message_that_is_not_returned_is_found() {
        requireFound(
                outlet(outlet -> new TamperedOutlet(outlet) {
                    @Override
                    public void returned(long number, ByteBuffer record, int at) {
                        // Kept.
                    }
                }),
                "and was not returned");
    }

    /** The last message of a frame comes with the next one, so that a crash between the two shows half of what is one. */
    private static final class SplitUnits extends TamperedLog {
        private @Nullable Slots slots;
        private ByteBuffer record = ByteBuffer.allocate(0);

        SplitUnits(Log log) {
            super(log);
        }

        @Override
        void begin() {
            end();
        }

        @Override
        public void appended(Slots to, ByteBuffer from, int at) {
            end();
            Slots copy = new Slots();
            for (int i = 0; i < to.size(); i++) {
                copy.add(to.queue(i), to.sequence(i), to.due(i));
            }
            slots = copy;
            record = Records.view(Records.bytes(from, at));
        }

        private void end() {
            Slots held = slots;
            slots = null;
            if (held != null) {
                super.appended(held, record, 0);
            }
        }
    }

    @Test
    void half_of_a_transaction_is_found() {
        requireFound(log(SplitUnits::new), "D5: after a restart", "replayed");
    }

    @Test
    void file_of_the_log_that_is_dropped_too_early_is_found() {
        requireFound(
                log(log -> new TamperedLog(log) {
                    @Override
                    public void dropBefore(long before) {
                        super.dropBefore(durable());
                    }
                }),
                "D19",
                "D5: after a restart",
                "replayed");
    }

    @Test
    void message_that_is_not_moved_to_a_segment_is_found() {
        requireFound(
                segments(segments -> new TamperedSegments(segments) {
                    @Override
                    public void write(long segment, SegmentPlan plan, Completion<Written> completion) {
                        super.write(segment, shorter(plan), completion);
                    }
                }),
                "accounts differ",
                "given back while a message still lies in it");
    }

    private static SegmentPlan shorter(SegmentPlan plan) {
        List<PlannedRun> runs = new ArrayList<>();
        for (PlannedRun run : plan.runs()) {
            boolean cut = run.count() > 1;
            runs.add(new PlannedRun(
                    run.queue(), cut ? run.count() - 1 : run.count(), run.sequences(), run.buffers(), run.offsets()));
        }
        return new SegmentPlan(plan.buffers(), runs);
    }

    @Test
    void compaction_that_puts_messages_into_other_places_is_found() {
        requireFound(
                segments(segments -> new TamperedSegments(segments) {
                    @Override
                    public void copy(long segment, List<Kept> kept, Completion<Written> completion) {
                        super.copy(segment, kept, shifting(completion));
                    }
                }),
                "accounts differ");
    }

    private static Segments.Completion<Segments.Written> shifting(Segments.Completion<Segments.Written> completion) {
        return new Segments.Completion<>() {
            @Override
            public void done(Segments.Written written) {
                List<Run> runs = written.runs().stream()
                        .map(run -> new Run(
                                run.segment(),
                                run.queue(),
                                run.first() + 1,
                                run.last() + 1,
                                run.count(),
                                run.indexAt(),
                                run.bodyBytes()))
                        .toList();
                completion.done(new Segments.Written(written.segment(), runs, written.bytes()));
            }

            @Override
            public void failed(Exception cause) {
                completion.failed(cause);
            }
        };
    }

    @Test
    void policies_that_are_ignored_are_found() {
        requireFound(
                new Tampering() {
                    @Override
                    Policies policies(Policies policies) {
                        return Policies.NONE;
                    }
                },
                "D12",
                "D10",
                "D2: a full queue",
                "at most");
    }

    @Test
    void policy_that_is_not_cleared_is_found() {
        requireFound(
                new Tampering() {
                    private Policies last = Policies.NONE;

                    @Override
                    Policies policies(Policies policies) {
                        last = policies.all(false).size() < last.all(false).size() ? last : policies;
                        return last;
                    }
                },
                "D12",
                "D10",
                "D2",
                "within its limit",
                "nobody wanted it");
    }

    @Test
    void duplicate_that_is_let_in_is_found() {
        requireFound(without("x-message-deduplication"), "has not had the id before");
    }

    @Test
    void id_that_is_not_logged_is_found() {
        requireFound(
                log(log -> new TamperedLog(log) {
                    @Override
                    public void remembered(int queue, String id, long at) {
                        // Not told.
                    }
                }),
                "remembers");
    }

    @Test
    void consumer_timeout_that_is_ignored_is_found() {
        requireFound(
                new Tampering() {
                    @Override
                    Arguments consumed(Arguments arguments) {
                        return arguments.get("x-consumer-timeout") instanceof Long time && time > 0
                                ? new Arguments(Map.of(
                                        "x-consumer-timeout",
                                        0L,
                                        "x-priority",
                                        arguments.values().get("x-priority")))
                                : arguments;
                    }
                },
                "held for");
    }

    @Test
    void limit_of_bytes_that_is_ignored_is_found() {
        requireFound(without("x-max-length-bytes"), "bytes, there are", "bytes ready, at most");
    }
}
