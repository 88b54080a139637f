package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.event.Cause;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.Death;
import io.millrace.core.model.DeathReason;
import io.millrace.core.model.Deaths;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.model.Outcome;
import io.millrace.core.policy.ApplyTo;
import io.millrace.core.policy.Policies;
import io.millrace.core.policy.Policy;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Guards D12 and what TTLs promise; time passes when a test says so. */
class ExpiryTest {
    private static final long MEMORY = 4 << 20;

    private final SimulatedDisk disk = new SimulatedDisk();
    private HostKit kit = new HostKit(disk, MEMORY);
    private RecordingOutlet out = new RecordingOutlet();
    private Lane lane = kit.lane(out);

    private void queue(String name, Object... arguments) {
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            map.put((String) arguments[i], arguments[i + 1]);
        }
        kit.queue(lane, name, new Arguments(map));
    }

    private void publish(String queue, String body, long expiration) {
        kit.turn(() -> kit.host.publish(lane, 0, 0, HostKit.record("", queue, body, true, expiration), 0));
    }

    /** Everything ends; a new life begins so much later. */
    private void crash(long downMillis) {
        long restarted = kit.millis() + downMillis;
        disk.crash(SimulatedDisk.CrashMode.FORCED_ONLY, new SplittableRandom(1));
        begin(restarted);
    }

    private void begin(long millis) {
        kit = new HostKit(disk, MEMORY, millis);
        out = new RecordingOutlet();
        lane = kit.lane(out);
    }

    private Map<String, Long> ready() {
        return kit.host.queues().stream().collect(Collectors.toMap(QueueStatus::name, QueueStatus::ready));
    }

    private void consume(String queue) {
        kit.consume(lane, 1, queue, 0);
        kit.settle();
    }

    private long expired() {
        return kit.host.counters().settled(Cause.EXPIRED);
    }

    private Deaths deathsOfLast() {
        ByteBuffer record = out.lastRecord;
        assertNotNull(record);
        return Deaths.decode(record, 0);
    }

    @Test
    void a_message_behind_one_that_stays_longer_expires_at_its_own_time() {
        queue("q");
        publish("q", "for ever", -1);
        publish("q", "long", 60_000);
        publish("q", "short", 5_000);
        kit.pass(4_000);
        assertEquals(3, ready().get("q"));
        kit.pass(2_000);
        assertEquals(2, ready().get("q"));
        kit.pass(60_000);
        assertEquals(1, ready().get("q"));
        consume("q");
        assertEquals(List.of("for ever"), out.bodies());
        assertEquals(2, expired());
    }

    @Test
    void the_shorter_of_the_queues_and_the_messages_time_counts() {
        queue("q", "x-message-ttl", 10_000L);
        publish("q", "queue's", 60_000);
        publish("q", "own", 2_000);
        kit.pass(3_000);
        assertEquals(1, ready().get("q"));
        kit.pass(8_000);
        assertEquals(0, ready().get("q"));
    }

    @Test
    void a_message_is_not_handed_out_in_the_millisecond_in_which_it_is_due() {
        queue("q", "x-message-ttl", 10_000L);
        publish("q", "m", -1);
        kit.timer.advance(10_000_000_000L);
        kit.turn(() -> kit.host.get(lane, "q", true, new HostKit.Answer<>()));
        assertEquals(List.of(), out.bodies());
        assertEquals(1, out.empty);
    }

    @Test
    void a_time_of_zero_lets_a_message_live_if_a_consumer_can_take_it_at_once() {
        queue("q", "x-message-ttl", 0L);
        publish("q", "nobody is there", -1);
        assertEquals(0, ready().get("q"));
        kit.settle();
        kit.consume(lane, 1, "q", 1);
        assertEquals(List.of(), out.bodies());
        publish("q", "taken", -1);
        publish("q", "the window is full", -1);
        assertEquals(List.of("taken"), out.bodies());
        RecordingOutlet.Delivered d = out.last();
        kit.turn(() -> kit.host.settle(lane, 1, d.queue(), d.sequence(), d.sequence(), Outcome.ACCEPTED));
        kit.settle();
        assertEquals(List.of("taken"), out.bodies());
        assertEquals(2, expired());
    }

    @Test
    void a_time_of_zero_is_over_before_a_get_of_the_same_turn() {
        queue("q", "x-message-ttl", 0L);
        kit.turn(() -> {
            kit.host.publish(lane, 0, 0, HostKit.record("", "q", "m", true), 0);
            kit.host.get(lane, "q", true, new HostKit.Answer<>());
        });
        assertEquals(List.of(), out.bodies());
        assertEquals(1, out.empty);
    }

    @Test
    void what_a_consumer_holds_expires_only_once_it_is_given_back() {
        queue("dead");
        queue("q", "x-message-ttl", 5_000L, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead");
        kit.consume(lane, 1, "q", 2);
        for (String body : List.of("acked", "released", "waits")) {
            publish("q", body, -1);
        }
        kit.pass(6_000);
        assertEquals(1, ready().get("dead"), "the one that waits");
        RecordingOutlet.Delivered first = out.deliveries.get(0);
        RecordingOutlet.Delivered second = out.deliveries.get(1);
        kit.turn(() -> kit.host.settle(lane, 1, first.queue(), first.sequence(), first.sequence(), Outcome.ACCEPTED));
        kit.turn(
                () -> kit.host.settle(lane, 1, second.queue(), second.sequence(), second.sequence(), Outcome.RELEASED));
        kit.settle();
        assertEquals(List.of("acked", "released"), out.bodies(), "not handed out again");
        assertEquals(2, ready().get("dead"));
    }

    @Test
    void an_expired_message_tells_its_death_and_loses_its_own_expiration_but_gets_the_time_of_its_new_queue() {
        queue("retry", "x-message-ttl", 20_000L, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "last");
        queue("q", "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "retry");
        queue("last");
        publish("q", "m", 1_500);
        kit.pass(2_000);
        assertEquals(Map.of("q", 0L, "retry", 1L, "last", 0L), ready());
        kit.pass(15_000);
        assertEquals(1, ready().get("retry"), "its time began when it came here");
        kit.pass(6_000);
        assertEquals(Map.of("q", 0L, "retry", 0L, "last", 1L), ready());
        consume("last");
        ByteBuffer record = out.lastRecord;
        assertNotNull(record);
        assertEquals(0, MessageRecord.expiresAt(record, 0));
        List<Death> deaths = deathsOfLast().entries();
        assertEquals("retry", deaths.get(0).queue());
        assertNull(deaths.get(0).originalExpiration());
        assertEquals("q", deaths.get(1).queue());
        assertEquals(DeathReason.EXPIRED, deaths.get(1).reason());
        assertEquals("1500", deaths.get(1).originalExpiration());
    }

    @Test
    void times_survive_a_crash_and_go_on_while_the_broker_is_down() {
        queue("q", "x-message-ttl", 60_000L);
        publish("q", "long", -1);
        publish("q", "short", 10_000);
        kit.settle();
        crash(5_000);
        kit.settle();
        assertEquals(2, ready().get("q"));
        crash(20_000);
        consume("q");
        assertEquals(List.of("long"), out.bodies());
        assertEquals(1, expired());
        crash(60_000);
        consume("q");
        assertEquals(List.of(), out.bodies());
    }

    @Test
    void times_survive_a_clean_stop() {
        queue("q", "x-message-ttl", 60_000L);
        publish("q", "long", -1);
        publish("q", "short", 10_000);
        publish("q", "longer", -1);
        kit.settle();
        boolean[] stopped = new boolean[1];
        kit.host.stop(() -> stopped[0] = true);
        kit.settle();
        kit.host.tick();
        kit.settle();
        assertTrue(stopped[0]);
        begin(kit.millis() + 20_000);
        kit.settle();
        assertEquals(2, ready().get("q"));
        kit.pass(50_000);
        assertEquals(0, ready().get("q"));
        assertEquals(3, expired());
    }

    @Test
    void an_expiry_that_was_logged_is_not_undone_by_a_crash() {
        queue("dead");
        queue("q", "x-message-ttl", 5_000L, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead");
        publish("q", "m", -1);
        kit.pass(6_000);
        crash(0);
        kit.settle();
        assertEquals(Map.of("q", 0L, "dead", 1L), ready());
    }

    @Test
    void a_policy_gives_a_time_to_messages_that_come_after_it() {
        queue("q");
        publish("q", "before", -1);
        Policy policy = new Policy("times", "", ApplyTo.QUEUES, 0, new Arguments(Map.of("message-ttl", 5_000L)));
        kit.turn(() -> kit.host.policies(Policies.NONE.with(false, policy)));
        publish("q", "after", -1);
        kit.pass(6_000);
        consume("q");
        assertEquals(List.of("before"), out.bodies());
    }

    @Test
    void messages_that_live_in_memory_only_expire_as_well() {
        queue("q");
        kit.turn(() -> kit.host.publish(lane, 0, 0, HostKit.record("", "q", "m", false, 5_000), 0));
        kit.pass(4_000);
        assertEquals(1, ready().get("q"));
        kit.pass(2_000);
        assertEquals(0, ready().get("q"));
    }

    private void fill(String queue, int count, int bytes, long expiration) {
        String padding = "x".repeat(bytes);
        for (int i = 0; i < count; ) {
            int from = i;
            i = Math.min(count, i + 500);
            int to = i;
            kit.turn(() -> {
                for (int n = from; n < to; n++) {
                    kit.host.publish(lane, 0, 0, HostKit.record("", queue, n + " " + padding, true, expiration), 0);
                }
            });
            kit.settle();
        }
    }

    @Test
    void cold_messages_expire_unread_when_they_go_nowhere() {
        queue("q", "x-message-ttl", 600_000L);
        fill("q", 20_000, 1_000, -1);
        assertTrue(segments() > 0, "the test needs cold messages");
        disk.flipBit(segment(), 100_000 * 8L);
        kit.pass(700_000);
        assertEquals(0, ready().get("q"));
        assertEquals(20_000, expired());
        assertEquals(List.of(), kit.damages, "nobody read the damage");
    }

    @Test
    void cold_messages_are_read_and_moved_when_they_have_somewhere_to_go() {
        queue("dead");
        queue("q", "x-message-ttl", 600_000L, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead");
        fill("q", 20_000, 1_000, -1);
        assertTrue(segments() > 0, "the test needs cold messages");
        kit.pass(700_000);
        assertEquals(Map.of("q", 0L, "dead", 20_000L), ready());
        crash(0);
        out.deliveriesPerFlush = 500;
        consume("dead");
        for (int i = 0; i < 200; i++) {
            kit.settle();
            kit.turn(() -> kit.host.resume(lane));
        }
        assertEquals(20_000, out.deliveries.size());
        int expected = 0;
        for (RecordingOutlet.Delivered d : out.deliveries) {
            assertEquals(
                    expected++, Integer.parseInt(d.body().substring(0, d.body().indexOf(' '))), "order");
        }
    }

    @Test
    void a_million_messages_wait_and_expire_within_little_memory() {
        queue("q", "x-message-ttl", 3_600_000L);
        for (int i = 0; i < 500; i++) {
            kit.turn(() -> {
                for (int n = 0; n < 2_000; n++) {
                    kit.host.publish(lane, 0, 0, HostKit.record("", "q", "m", true), 0);
                }
            });
            kit.settle();
        }
        assertEquals(1_000_000, ready().get("q"));
        kit.turn(() -> {});
        assertTrue(kit.host.snapshot().remaining() < 64 << 10, "its state is small");
        crash(0);
        kit.settle();
        assertEquals(1_000_000, ready().get("q"));
        kit.pass(3_600_000);
        assertEquals(0, ready().get("q"));
        assertEquals(1_000_000, expired());
        for (int i = 0; i < 3; i++) {
            kit.host.tick();
            kit.settle();
        }
        assertEquals(0, segments(), "nothing is left of it");
    }

    @Test
    void a_burst_of_deaths_is_spread_over_turns_and_lets_others_go_on() {
        queue("dead");
        queue("q", "x-message-ttl", 600_000L, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead");
        queue("other");
        int count = 4 * Expiry.MOVED_MAX;
        kit.turn(() -> {
            for (int i = 0; i < count; i++) {
                kit.host.publish(lane, 0, 0, HostKit.record("", "q", "m" + i, true), 0);
            }
        });
        kit.settle();
        kit.timer.advance(700_000_000_000L);
        publish("other", "m", -1);
        assertEquals(Expiry.MOVED_MAX, kit.host.counters().deadLettered(), "one turn");
        assertEquals(0, ready().get("q"), "none is handed out meanwhile");
        assertEquals(1, ready().get("other"));
        kit.settle();
        assertEquals(count, ready().get("dead"));
    }

    @Test
    void a_burst_that_goes_nowhere_costs_the_log_next_to_nothing() {
        queue("q", "x-message-ttl", 600_000L);
        kit.turn(() -> {
            for (int i = 0; i < 10_000; i++) {
                kit.host.publish(lane, 0, 0, HostKit.record("", "q", "m" + i, true), 0);
            }
        });
        kit.settle();
        long before = kit.log.last();
        kit.pass(700_000);
        assertEquals(10_000, expired());
        assertEquals(1, kit.log.last() - before, "one frame");
    }

    private long segments() {
        return disk.contents().keySet().stream()
                .filter(name -> name.endsWith(".seg"))
                .count();
    }

    private String segment() {
        return disk.contents().keySet().stream()
                .filter(name -> name.endsWith(".seg"))
                .findFirst()
                .orElseThrow();
    }
}
