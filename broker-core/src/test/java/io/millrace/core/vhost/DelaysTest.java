package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.event.Cause;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.model.Outcome;
import io.millrace.core.routing.DelayedExchange;
import io.millrace.core.vhost.HostKit.Answer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Guards that a delayed message is safe while it waits, comes when its time has come, and not before. */
class DelaysTest {
    private static final long MEMORY = 4 << 20;

    private final SimulatedDisk disk = new SimulatedDisk();
    private HostKit kit = new HostKit(disk, MEMORY);
    private RecordingOutlet out = new RecordingOutlet();
    private Lane lane = kit.lane(out);

    private Answer<Void> exchange(String name, boolean durable, Map<String, Object> arguments) {
        Answer<Void> answer = new Answer<>();
        ExchangeSpec spec =
                new ExchangeSpec(name, "x-delayed-message", durable, false, false, new Arguments(arguments));
        kit.turn(() -> kit.host.declareExchange(lane, spec, answer));
        kit.settle();
        return answer;
    }

    private void setUp() {
        exchange("x", true, Map.of("x-delayed-type", "direct")).value();
        kit.queue(lane, "q", Arguments.NONE);
        kit.bind(lane, "x", "q", "k");
    }

    private void publish(long number, long delay, String body, long expiration) {
        ByteBuffer record = record(delay, body);
        if (expiration >= 0) {
            record.putLong(24, MessageRecord.waiting(expiration));
        }
        kit.turn(() -> kit.host.publish(lane, number, 0, record, 0));
    }

    private static ByteBuffer record(long delay, String body) {
        return TestProperties.record("x", "k", delay == 0 ? "" : "x-delay=" + delay, body, true);
    }

    private void publish(long delay, String body) {
        publish(0, delay, body, -1);
    }

    private void crash(long downMillis) {
        long restarted = kit.millis() + downMillis;
        disk.crash(SimulatedDisk.CrashMode.FORCED_ONLY, new SplittableRandom(1));
        kit = new HostKit(disk, MEMORY, restarted);
        out = new RecordingOutlet();
        lane = kit.lane(out);
        kit.settle();
    }

    private void consume() {
        kit.consume(lane, 1, "q", 0);
        kit.settle();
    }

    private List<String> bodies() {
        List<String> bodies = new ArrayList<>();
        for (String body : out.bodies()) {
            bodies.add(body.substring(body.lastIndexOf(' ') + 1));
        }
        return bodies;
    }

    @Test
    void messages_come_in_the_order_of_their_times_and_not_before() {
        setUp();
        consume();
        publish(30_000, "last");
        publish(10_000, "first");
        publish(20_000, "second");
        publish(0, "now");
        publish(-5, "negative");
        kit.settle();
        assertEquals(List.of("now", "negative"), bodies());
        kit.pass(9_000);
        assertEquals(2, out.deliveries.size());
        kit.pass(2_000);
        kit.pass(30_000);
        assertEquals(List.of("now", "negative", "first", "second", "last"), bodies());
    }

    @Test
    void a_confirm_of_a_delayed_message_waits_for_the_flush() {
        setUp();
        publish(1, 10_000, "m", -1);
        assertEquals(0, out.confirmed, "D1");
        kit.settle();
        assertEquals(1, out.confirmed);
    }

    @Test
    void what_was_due_while_the_broker_was_down_comes_at_the_start_in_order() {
        setUp();
        publish(30_000, "third");
        publish(10_000, "first");
        publish(20_000, "second");
        publish(90_000, "later");
        kit.settle();
        crash(60_000);
        consume();
        assertEquals(List.of("first", "second", "third"), bodies());
        kit.pass(40_000);
        assertEquals(4, bodies().size());
        crash(0);
        consume();
        assertEquals(4, bodies().size(), "each is in one place");
    }

    @Test
    void it_goes_where_bindings_lead_when_its_time_has_come() {
        setUp();
        publish(10_000, "m");
        kit.settle();
        Answer<Void> unbound = new Answer<>();
        kit.turn(() -> kit.host.unbind(lane, new BindingSpec("x", "q", "k", Arguments.NONE), unbound));
        kit.queue(lane, "other", Arguments.NONE);
        kit.bind(lane, "x", "other", "k");
        kit.pass(11_000);
        kit.consume(lane, 1, "other", 0);
        kit.settle();
        assertEquals(List.of("m"), bodies());
    }

    @Test
    void it_is_dropped_and_counted_if_nobody_wants_it_when_its_time_has_come() {
        exchange("x", true, Map.of("x-delayed-type", "fanout")).value();
        publish(10_000, "m");
        kit.pass(11_000);
        assertEquals(1, kit.host.counters().settled(Cause.UNROUTED));
        crash(0);
        kit.pass(1_000);
        assertEquals(0, kit.host.counters().settled(Cause.UNROUTED), "once");
    }

    @Test
    void it_is_marked_as_delayed_and_its_expiration_counts_from_its_release() {
        setUp();
        publish(0, 10_000, "m", 5_000);
        kit.pass(10_500);
        kit.pass(3_000);
        kit.turn(() -> kit.host.get(lane, "q", false, new Answer<>()));
        kit.settle();
        ByteBuffer record = out.lastRecord;
        assertNotNull(record, "it has waited longer than it may live, but not here");
        assertTrue(MessageRecord.delayed(record, 0));
        RecordingOutlet.Delivered d = out.last();
        kit.pass(5_000);
        kit.turn(() -> kit.host.settle(lane, 0, d.queue(), d.sequence(), d.sequence(), Outcome.RELEASED));
        kit.settle();
        assertEquals(1, kit.host.counters().settled(Cause.EXPIRED));
    }

    @Test
    void what_waits_is_no_queue_that_a_client_can_see_or_reach() {
        setUp();
        publish(10_000, "m");
        kit.settle();
        assertEquals(
                List.of("q"), kit.host.queues().stream().map(QueueStatus::name).toList());
        assertEquals(1, kit.host.reports().queueCount());
        assertEquals(1, kit.host.reports().queues(0, 10).items().size());
        String hidden = DelayedExchange.keeper("x");
        Answer<QueueStatus> checked = new Answer<>();
        kit.turn(() -> kit.host.checkQueue(lane, hidden, checked));
        assertNotNull(checked.why);
        assertEquals(ErrorCode.NOT_FOUND, checked.why.code());
        Answer<Long> purged = new Answer<>();
        kit.turn(() -> kit.host.purge(lane, hidden, purged));
        assertNotNull(purged.why);
        Answer<Long> deleted = new Answer<>();
        kit.turn(() -> kit.host.deleteQueue(lane, hidden, false, false, deleted));
        assertEquals(0L, deleted.value());
        Answer<Void> bound = new Answer<>();
        kit.turn(() -> kit.host.bind(lane, new BindingSpec("amq.fanout", hidden, "", Arguments.NONE), bound));
        assertNotNull(bound.why);
        kit.turn(() -> kit.host.publish(lane, 0, Commands.MANDATORY, HostKit.record("", hidden, "intruder", true), 0));
        assertEquals(List.of("intruder"), out.returned);
        kit.pass(11_000);
        consume();
        assertEquals(List.of("m"), bodies());
    }

    @Test
    void what_waits_goes_with_its_exchange() {
        setUp();
        publish(10_000, "m");
        kit.settle();
        Answer<Void> deleted = new Answer<>();
        kit.turn(() -> kit.host.deleteExchange(lane, "x", false, deleted));
        kit.settle();
        deleted.value();
        setUpAgain();
        kit.pass(11_000);
        crash(0);
        consume();
        assertEquals(List.of(), bodies());
    }

    private void setUpAgain() {
        exchange("x", true, Map.of("x-delayed-type", "direct")).value();
        kit.bind(lane, "x", "q", "k");
    }

    @Test
    void an_exchange_that_ends_with_the_broker_delays_as_well() {
        exchange("x", false, Map.of("x-delayed-type", "direct")).value();
        kit.queue(lane, "q", Arguments.NONE);
        kit.bind(lane, "x", "q", "k");
        publish(10_000, "m");
        kit.pass(11_000);
        consume();
        assertEquals(List.of("m"), bodies());
        crash(0);
        assertFalse(kit.host.reports().exchanges().stream()
                .anyMatch(spec -> spec.name().equals("x")));
    }

    @Test
    void an_inner_type_is_required_and_must_be_known() {
        for (Map<String, Object> arguments : List.<Map<String, Object>>of(
                Map.of(),
                Map.of("x-delayed-type", "no such type"),
                Map.of("x-delayed-type", 5L),
                Map.of("x-delayed-type", "x-delayed-message"))) {
            Answer<Void> answer = exchange("bad", true, arguments);
            assertNotNull(answer.why, arguments::toString);
            assertEquals(ErrorCode.PRECONDITION_FAILED, answer.why.code());
        }
    }

    @Test
    void a_longer_delay_than_the_longest_counts_as_the_longest() {
        setUp();
        consume();
        publish(999_999_999_999_999_999L, "m");
        kit.pass(DelayedExchange.DELAY_MAX_MILLIS - 1_000);
        assertEquals(List.of(), bodies());
        kit.pass(2_000);
        assertEquals(List.of("m"), bodies());
    }

    @Test
    void cold_messages_with_random_delays_all_come_once_and_in_order() {
        setUp();
        SplittableRandom random = new SplittableRandom(7);
        String padding = "x".repeat(1_000);
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            kit.turn(() -> {
                for (int n = 0; n < 100; n++) {
                    long delay = 100_000_000 + random.nextInt(50_000_000);
                    delays.add(delay + kit.millis());
                    kit.host.publish(lane, 0, 0, record(delay, padding + " " + (delays.size() - 1)), 0);
                }
            });
            kit.settle();
        }
        assertTrue(disk.contents().keySet().stream().anyMatch(name -> name.endsWith(".seg")), "needs cold messages");
        crash(0);
        kit.pass(200_000_000);
        List<String> expected = IntStream.range(0, delays.size())
                .boxed()
                .sorted((a, b) -> Long.compare(delays.get(a), delays.get(b)) != 0
                        ? Long.compare(delays.get(a), delays.get(b))
                        : Integer.compare(a, b))
                .map(String::valueOf)
                .toList();
        consume();
        for (int i = 0; i < 50; i++) {
            kit.turn(() -> kit.host.resume(lane));
            kit.settle();
        }
        assertEquals(expected, bodies());
    }
}
