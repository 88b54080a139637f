package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.event.Cause;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.Deaths;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.model.Outcome;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.vhost.HostKit.Answer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a client may rely on, command by command; restarts are crashes that keep what was forced and nothing else. */
class VirtualHostTest {
    private static final long MEMORY = 16 << 20;

    private final SimulatedDisk disk = new SimulatedDisk();
    private HostKit kit = new HostKit(disk, MEMORY);
    private final RecordingOutlet out = new RecordingOutlet();
    private Lane lane = kit.lane(out);

    private void publish(Lane to, long number, String exchange, String key, String body, boolean durable) {
        kit.turn(() -> kit.host.publish(to, number, 0, HostKit.record(exchange, key, body, durable), 0));
    }

    private void crash() {
        disk.crash(SimulatedDisk.CrashMode.FORCED_ONLY, new SplittableRandom(1));
        kit = new HostKit(disk, MEMORY);
        lane = kit.lane(out);
        out.confirmed = 0;
    }

    @Test
    void a_confirm_of_a_durable_message_waits_for_the_flush() {
        kit.queue(lane, "q", Arguments.NONE);
        publish(lane, 1, "", "q", "a", true);
        assertEquals(0, out.confirmed, "D1");
        kit.settle();
        assertEquals(1, out.confirmed);
    }

    @Test
    void a_confirm_of_a_transient_message_comes_at_once() {
        kit.queue(lane, "q", Arguments.NONE);
        publish(lane, 1, "", "q", "a", false);
        assertEquals(1, out.confirmed, "D20");
    }

    @Test
    void a_transient_confirm_does_not_overtake_an_earlier_durable_one() {
        kit.queue(lane, "q", Arguments.NONE);
        publish(lane, 1, "", "q", "a", true);
        publish(lane, 2, "", "q", "b", false);
        assertEquals(0, out.confirmed);
        kit.settle();
        assertEquals(2, out.confirmed);
    }

    @Test
    void a_declaration_is_answered_once_it_is_durable_and_survives_a_crash() {
        Answer<QueueStatus> answer = new Answer<>();
        kit.turn(() -> kit.host.declareQueue(lane, new QueueSpec("q", true, false, false, Arguments.NONE), answer));
        assertFalse(answer.isAnswered(), "D4");
        kit.settle();
        assertNotNull(answer.value());
        crash();
        Answer<QueueStatus> again = new Answer<>();
        kit.turn(() -> kit.host.checkQueue(lane, "q", again));
        assertNotNull(again.value());
    }

    @Test
    void messages_come_in_order_and_a_window_bounds_what_is_unsettled() {
        kit.queue(lane, "q", Arguments.NONE);
        kit.consume(lane, 1, "q", 3);
        for (int i = 0; i < 10; i++) {
            publish(lane, 0, "", "q", "m" + i, true);
        }
        assertEquals(List.of("m0", "m1", "m2"), out.bodies());
        RecordingOutlet.Delivered second = out.deliveries.get(1);
        kit.turn(() -> kit.host.settle(lane, 1, second.queue(), 1, 2, Outcome.ACCEPTED));
        assertEquals(List.of("m0", "m1", "m2", "m3", "m4"), out.bodies());
        assertTrue(out.deliveries.stream().noneMatch(RecordingOutlet.Delivered::redelivered));
    }

    @Test
    void consumers_take_turns() {
        kit.queue(lane, "q", Arguments.NONE);
        kit.consume(lane, 1, "q", 0);
        kit.consume(lane, 2, "q", 0);
        for (int i = 0; i < 6; i++) {
            publish(lane, 0, "", "q", "m" + i, false);
        }
        assertEquals(3, out.deliveries.stream().filter(d -> d.consumer() == 1).count());
        assertEquals(3, out.deliveries.stream().filter(d -> d.consumer() == 2).count());
    }

    @Test
    void a_released_message_returns_to_its_old_place_marked_and_counted() {
        kit.queue(lane, "q", Arguments.NONE);
        for (int i = 0; i < 5; i++) {
            publish(lane, 0, "", "q", "m" + i, true);
        }
        kit.consume(lane, 1, "q", 2);
        kit.settle();
        RecordingOutlet.Delivered first = out.deliveries.get(0);
        out.deliveries.clear();
        kit.turn(() -> kit.host.settle(lane, 1, first.queue(), 1, 1, Outcome.RELEASED));
        assertEquals("m0", out.last().body(), "D8: the old place is the front");
        assertTrue(out.last().redelivered(), "D9");
        assertEquals(1, out.last().count());
        kit.settle();
        crash();
        out.deliveries.clear();
        kit.consume(lane, 1, "q", 1);
        kit.settle();
        assertEquals(1, out.last().count(), "D9: the count survives a restart");
        assertTrue(out.last().redelivered());
    }

    @Test
    void what_a_closed_lane_held_returns_in_order_to_others() {
        kit.queue(lane, "q", Arguments.NONE);
        kit.consume(lane, 1, "q", 0);
        for (int i = 0; i < 4; i++) {
            publish(lane, 0, "", "q", "m" + i, true);
        }
        RecordingOutlet other = new RecordingOutlet();
        Lane second = kit.lane(other);
        kit.turn(() -> kit.host.closeLane(lane));
        kit.consume(second, 7, "q", 0);
        assertEquals(List.of("m0", "m1", "m2", "m3"), other.bodies());
        assertTrue(other.deliveries.stream().allMatch(RecordingOutlet.Delivered::redelivered));
    }

    @Test
    void confirmed_messages_survive_a_crash_once_and_in_order() {
        kit.queue(lane, "q", Arguments.NONE);
        for (int i = 1; i <= 100; i++) {
            publish(lane, i, "", "q", "m" + i, true);
        }
        kit.settle();
        assertEquals(100, out.confirmed);
        publish(lane, 101, "", "q", "in doubt", true);
        crash();
        kit.consume(lane, 1, "q", 0);
        kit.settle();
        assertEquals(IntStream.rangeClosed(1, 100).mapToObj(i -> "m" + i).toList(), out.bodies(), "D5");
        assertTrue(out.deliveries.stream().noneMatch(RecordingOutlet.Delivered::redelivered), "nobody had seen them");
    }

    @Test
    void settled_messages_do_not_return_after_their_settlement_is_flushed() {
        kit.queue(lane, "q", Arguments.NONE);
        kit.consume(lane, 1, "q", 0);
        for (int i = 0; i < 10; i++) {
            publish(lane, 0, "", "q", "m" + i, true);
        }
        kit.turn(() -> kit.host.settle(lane, 1, out.last().queue(), 1, 7, Outcome.ACCEPTED));
        kit.settle();
        crash();
        out.deliveries.clear();
        kit.consume(lane, 1, "q", 0);
        kit.settle();
        assertEquals(List.of("m7", "m8", "m9"), out.bodies());
        assertTrue(out.deliveries.stream().allMatch(RecordingOutlet.Delivered::redelivered), "D9: they were seen");
    }

    @Test
    void a_backlog_is_not_offered_before_the_log_knows_that_it_may_be_seen() {
        kit.queue(lane, "q", Arguments.NONE);
        publish(lane, 1, "", "q", "a", true);
        kit.settle();
        kit.consume(lane, 1, "q", 0);
        assertEquals(List.of(), out.bodies(), "D9");
        kit.settle();
        assertEquals(List.of("a"), out.bodies());
        crash();
        kit.consume(lane, 1, "q", 0);
        kit.settle();
        assertTrue(out.last().redelivered(), "D9: it may have been seen");
    }

    @Test
    void transient_messages_are_gone_after_a_restart() {
        kit.queue(lane, "q", Arguments.NONE);
        publish(lane, 0, "", "q", "gone", false);
        publish(lane, 0, "", "q", "stays", true);
        kit.settle();
        crash();
        kit.consume(lane, 1, "q", 0);
        kit.settle();
        assertEquals(List.of("stays"), out.bodies());
    }

    @Test
    void a_fan_out_is_there_completely_or_not_at_all() {
        kit.exchange(lane, "x", "fanout");
        for (String queue : List.of("a", "b", "c")) {
            kit.queue(lane, queue, Arguments.NONE);
            kit.bind(lane, "x", queue, "");
        }
        publish(lane, 1, "x", "", "m", true);
        kit.settle();
        assertEquals(1, out.confirmed);
        crash();
        for (QueueStatus status : kit.host.queues()) {
            assertEquals(1, status.ready(), status.name());
        }
    }

    @Test
    void an_unroutable_mandatory_message_is_returned_before_its_confirm() {
        kit.turn(() -> kit.host.publish(lane, 1, Commands.MANDATORY, HostKit.record("", "nowhere", "m", true), 0));
        assertEquals(List.of("m"), out.returned, "D2");
        assertEquals(1, out.confirmed);
    }

    @Test
    void a_publish_to_an_unknown_exchange_fails_the_lane_and_stops_its_publishes() {
        kit.queue(lane, "q", Arguments.NONE);
        kit.turn(() -> {
            kit.host.publish(lane, 1, 0, HostKit.record("nope", "q", "m", true), 0);
            kit.host.publish(lane, 2, 0, HostKit.record("", "q", "m", true), 0);
        });
        assertEquals(1, out.failures.size());
        assertEquals(ErrorCode.NOT_FOUND, out.failures.get(0).code());
        assertEquals("no exchange 'nope' in vhost '/'", out.failures.get(0).text());
        assertEquals(0, kit.host.queues().get(0).ready());
    }

    @Test
    void a_rejected_message_moves_to_its_dead_letter_queue_in_one_step() {
        kit.queue(lane, "dead", Arguments.NONE);
        kit.queue(
                lane, "work", new Arguments(Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead")));
        publish(lane, 1, "", "work", "poison", true);
        kit.consume(lane, 1, "work", 0);
        kit.settle();
        kit.turn(() -> kit.host.settle(lane, 1, out.last().queue(), 1, 1, Outcome.REJECTED));
        kit.settle();
        crash();
        assertEquals(
                Map.of("dead", 1L, "work", 0L),
                Map.of(
                        kit.host.queues().get(0).name(),
                                kit.host.queues().get(0).ready(),
                        kit.host.queues().get(1).name(),
                                kit.host.queues().get(1).ready()),
                "D10");
        kit.consume(lane, 2, "dead", 0);
        kit.settle();
        assertEquals("poison", out.last().body());
        assertNotNull(out.lastRecord);
        Deaths deaths = Deaths.decode(out.lastRecord, 0);
        assertEquals("work", deaths.entries().get(0).queue());
        assertEquals("rejected", deaths.entries().get(0).reason().text());
        assertEquals("dead", MessageRecord.routingKey(out.lastRecord, 0));
    }

    @Test
    void a_rejected_message_without_a_target_is_dropped_and_counted() {
        kit.queue(lane, "q", Arguments.NONE);
        publish(lane, 0, "", "q", "m", true);
        kit.consume(lane, 1, "q", 0);
        kit.settle();
        kit.turn(() -> kit.host.settle(lane, 1, out.last().queue(), 1, 1, Outcome.REJECTED));
        assertEquals(1, kit.host.counters().settled(Cause.REJECTED));
        assertEquals(0, kit.host.queues().get(0).ready());
    }

    @Test
    void a_get_takes_one_message_and_an_empty_queue_says_so() {
        kit.queue(lane, "q", Arguments.NONE);
        Answer<Void> refusal = new Answer<>();
        kit.turn(() -> kit.host.get(lane, "q", false, refusal));
        assertEquals(1, out.empty);
        publish(lane, 0, "", "q", "a", true);
        publish(lane, 0, "", "q", "b", true);
        kit.turn(() -> kit.host.get(lane, "q", false, refusal));
        kit.settle();
        assertEquals(List.of("a"), out.bodies());
        assertEquals(1, out.remaining);
        kit.turn(() -> kit.host.settle(lane, 0, out.last().queue(), 1, 1, Outcome.RELEASED));
        kit.turn(() -> kit.host.get(lane, "q", true, refusal));
        assertEquals(List.of("a", "a"), out.bodies());
        assertFalse(refusal.isAnswered());
    }

    @Test
    void a_get_is_answered_before_what_was_asked_after_it() {
        kit.queue(lane, "q", Arguments.NONE);
        publish(lane, 0, "", "q", "m", false);
        int[] before = {-1};
        kit.turn(() -> {
            kit.host.get(lane, "q", true, new Answer<>());
            kit.host.purge(lane, "q", new Reply<>() {
                @Override
                public void done(Long purged) {
                    before[0] = out.deliveries.size();
                }

                @Override
                public void refused(BrokerException why) {
                    throw why;
                }
            });
        });
        assertEquals(1, before[0]);
        assertEquals(List.of("m"), out.bodies(), "and the purge did not take it away");
    }

    @Test
    void an_exclusive_queue_belongs_to_its_client_and_ends_with_it() {
        Client owner = new Client("owner");
        Lane own = new Lane(owner, 1, out);
        kit.turn(() -> kit.host.openLane(own));
        Answer<QueueStatus> declared = new Answer<>();
        kit.turn(() -> kit.host.declareQueue(own, new QueueSpec("", true, true, false, Arguments.NONE), declared));
        QueueStatus status = declared.value();
        assertNotNull(status);
        assertTrue(status.name().startsWith("amq.gen-"));
        Answer<QueueStatus> stranger = new Answer<>();
        kit.turn(() -> kit.host.checkQueue(lane, status.name(), stranger));
        assertNotNull(stranger.why);
        assertEquals(ErrorCode.RESOURCE_LOCKED, stranger.why.code());
        kit.turn(() -> {
            kit.host.closeLane(own);
            kit.host.disconnect(owner);
        });
        assertTrue(kit.host.queues().isEmpty());
    }

    @Test
    void a_client_that_is_gone_gives_back_what_its_lanes_held() {
        kit.queue(lane, "q", Arguments.NONE);
        kit.consume(lane, 1, "q", 0);
        publish(lane, 0, "", "q", "m", true);
        kit.turn(() -> kit.host.disconnect(lane.client()));
        assertFalse(lane.isOpen());
        assertEquals(1, kit.host.queues().get(0).ready());
    }

    @Test
    void an_idle_broker_stops_without_waiting_for_another_turn() {
        kit.queue(lane, "q", Arguments.NONE);
        boolean[] stopped = {false};
        kit.host.stop(() -> stopped[0] = true);
        kit.io.runAll();
        kit.owner.runAll();
        assertTrue(stopped[0], "D21");
    }

    @Test
    void an_auto_delete_queue_goes_with_its_last_consumer() {
        Answer<QueueStatus> declared = new Answer<>();
        kit.turn(() -> kit.host.declareQueue(lane, new QueueSpec("q", true, false, true, Arguments.NONE), declared));
        kit.settle();
        kit.consume(lane, 1, "q", 0);
        kit.turn(() -> kit.host.cancel(lane, 1, new Answer<>()));
        assertTrue(kit.host.queues().isEmpty());
        kit.settle();
        crash();
        assertTrue(kit.host.queues().isEmpty(), "D4: a deleted queue never returns");
    }

    @Test
    void a_deleted_queue_tells_its_consumers_and_drops_late_settlements() {
        kit.queue(lane, "q", Arguments.NONE);
        kit.consume(lane, 1, "q", 0);
        publish(lane, 0, "", "q", "m", true);
        RecordingOutlet.Delivered held = out.last();
        kit.turn(() -> kit.host.deleteQueue(lane, "q", false, false, new Answer<>()));
        assertEquals(List.of(1), out.cancelled);
        kit.turn(() -> kit.host.settle(lane, 1, held.queue(), held.sequence(), held.sequence(), Outcome.ACCEPTED));
        assertTrue(kit.host.queues().isEmpty());
    }

    @Test
    void a_purge_removes_what_is_ready_for_good_and_leaves_what_is_held() {
        kit.queue(lane, "q", Arguments.NONE);
        for (int i = 0; i < 10; i++) {
            publish(lane, 0, "", "q", "m" + i, true);
        }
        kit.consume(lane, 1, "q", 2);
        kit.settle();
        Answer<Long> purged = new Answer<>();
        kit.turn(() -> kit.host.purge(lane, "q", purged));
        kit.settle();
        assertEquals(8L, purged.value());
        crash();
        out.deliveries.clear();
        kit.consume(lane, 1, "q", 0);
        kit.settle();
        assertEquals(List.of("m0", "m1"), out.bodies());
    }

    @Test
    void a_consumer_that_does_not_read_gets_no_more_until_it_has_room() {
        kit.queue(lane, "q", Arguments.NONE);
        out.room = false;
        kit.consume(lane, 1, "q", 0);
        publish(lane, 0, "", "q", "m", false);
        assertTrue(out.deliveries.isEmpty());
        out.room = true;
        kit.turn(() -> kit.host.resume(lane));
        assertEquals(List.of("m"), out.bodies());
    }

    @Test
    void a_clean_stop_leaves_nothing_to_replay_and_no_false_redelivery() {
        kit.queue(lane, "q", Arguments.NONE);
        kit.consume(lane, 1, "q", 1);
        publish(lane, 0, "", "q", "seen", true);
        publish(lane, 0, "", "q", "unseen", true);
        kit.turn(() -> kit.host.closeLane(lane));
        boolean[] stopped = {false};
        kit.host.stop(() -> stopped[0] = true);
        kit.settle();
        assertTrue(stopped[0], "D21");
        crash();
        out.deliveries.clear();
        kit.consume(lane, 1, "q", 0);
        kit.settle();
        assertEquals(List.of("seen", "unseen"), out.bodies());
        assertTrue(out.deliveries.get(0).redelivered());
        assertFalse(out.deliveries.get(1).redelivered(), "D9: no false positive after a clean stop");
    }

    @Test
    void a_log_that_fails_gives_no_answer_any_more() {
        kit.queue(lane, "q", Arguments.NONE);
        publish(lane, 1, "", "q", "m", true);
        disk.cutPowerAt(1);
        kit.settle();
        assertEquals(0, out.confirmed, "D3");
        assertNotNull(kit.failure.get(), "D15");
    }
}
