package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.QueueSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Guards that work on very many things is done in turns, between which everybody else has his. */
class ManyAtOnceTest {
    private final HostKit kit = new HostKit(new SimulatedDisk(), 16 << 20);
    private final RecordingOutlet out = new RecordingOutlet();
    private final Lane neighbour = kit.lane(out);

    private static String name(int i) {
        return "many-" + i;
    }

    private void declare(Lane lane, int count, boolean exclusive, boolean autoDelete) {
        kit.turn(() -> {
            for (int i = 0; i < count; i++) {
                QueueSpec spec = new QueueSpec(name(i), false, exclusive, autoDelete, Arguments.NONE);
                kit.host.declareQueue(lane, spec, new HostKit.Answer<>());
            }
        });
        kit.settle();
    }

    private void neighbourConsumes() {
        kit.queue(neighbour, "other", Arguments.NONE);
        kit.consume(neighbour, 1, "other", 0);
    }

    private void neighbourPublishes(String body) {
        kit.turn(() -> kit.host.publish(neighbour, 0, 0, HostKit.record("", "other", body, false), 0));
    }

    private int queues() {
        return kit.host.reports().queueCount();
    }

    /** Takes the virtual host's own turns one by one; the neighbour has one after each. Says how often. */
    private int turnsBetween() {
        int turns = 0;
        while (kit.owner.waiting() > 0) {
            kit.owner.step();
            neighbourPublishes("m" + turns);
            turns++;
            assertEquals("m" + (turns - 1), out.last().body(), "the neighbour waits");
        }
        return turns;
    }

    @Test
    void closing_a_client_with_many_exclusive_queues_takes_turns() {
        neighbourConsumes();
        Lane leaving = kit.lane(new RecordingOutlet());
        declare(leaving, 5 * Endings.ENDED_MAX, true, false);
        kit.turn(() -> kit.host.disconnect(leaving.client()));
        assertEquals(1 + 4 * Endings.ENDED_MAX, queues(), "all at once");
        assertTrue(turnsBetween() >= 4);
        assertEquals(1, queues());
    }

    @Test
    void closing_a_lane_with_many_consumers_takes_turns_and_deletes_what_only_they_used() {
        neighbourConsumes();
        Lane leaving = kit.lane(new RecordingOutlet());
        int count = 3 * Endings.ENDED_MAX;
        declare(leaving, count, false, true);
        kit.turn(() -> {
            for (int i = 0; i < count; i++) {
                Subscription each = new Subscription(i + 1, "", name(i), false, false, 10, Arguments.NONE);
                kit.host.consume(leaving, each, new HostKit.Answer<>());
            }
        });
        kit.turn(() -> kit.host.closeLane(leaving));
        assertEquals(1 + 2 * Endings.ENDED_MAX, queues(), "all at once");
        kit.turn(() -> kit.host.publish(neighbour, 0, 0, HostKit.record("", name(count - 1), "lost", false), 0));
        assertTrue(turnsBetween() >= 2);
        assertEquals(1, queues());
    }

    @Test
    void nobody_who_asks_finds_anything_left_of_a_client_that_is_gone() {
        Lane leaving = kit.lane(new RecordingOutlet());
        int count = 3 * Endings.ENDED_MAX;
        declare(leaving, count, true, false);
        kit.turn(() -> kit.host.disconnect(leaving.client()));
        HostKit.Answer<QueueStatus> answer = new HostKit.Answer<>();
        QueueSpec again = new QueueSpec(name(count - 1), false, true, false, Arguments.NONE);
        kit.turn(() -> kit.host.declareQueue(neighbour, again, answer));
        kit.settle();
        assertEquals(0, answer.value().ready());
        assertEquals(1, queues());
    }

    @Test
    void what_a_gone_client_held_is_delivered_in_order_however_much_ends_before() {
        RecordingOutlet goneOut = new RecordingOutlet();
        Lane leaving = kit.lane(goneOut);
        int count = 2 * Endings.ENDED_MAX;
        declare(leaving, count, false, false);
        kit.turn(() -> {
            for (int i = 0; i < count; i++) {
                Subscription each = new Subscription(i + 1, "", name(i), false, false, 3, Arguments.NONE);
                kit.host.consume(leaving, each, new HostKit.Answer<>());
            }
        });
        String last = name(count - 1);
        kit.turn(() -> {
            for (int i = 0; i < 5; i++) {
                kit.host.publish(neighbour, 0, 0, HostKit.record("", last, "m" + i, false), 0);
            }
        });
        assertEquals(List.of("m0", "m1", "m2"), goneOut.bodies());
        kit.turn(() -> kit.host.closeLane(leaving));
        kit.consume(neighbour, 1, last, 0);
        kit.settle();
        assertEquals(List.of("m0", "m1", "m2", "m3", "m4"), out.bodies());
    }

    @Test
    void a_policy_for_many_queues_takes_turns() {
        neighbourConsumes();
        int count = 4 * Ruling.RULED_MAX;
        declare(neighbour, count, false, false);
        kit.policy("many", "max-length", 7L);
        assertNotNull(queue(0).features().lengthLimit());
        assertNull(queue(count - 1).features().lengthLimit(), "all at once");
        assertTrue(turnsBetween() >= 3);
        for (int i = 0; i < count; i++) {
            assertNotNull(queue(i).features().lengthLimit(), name(i));
        }
    }

    @Test
    void a_policy_that_comes_while_another_is_under_way_holds_for_all() {
        int count = 4 * Ruling.RULED_MAX;
        declare(neighbour, count, false, false);
        kit.policy("many", "max-length", 7L);
        kit.owner.step();
        kit.policy("nothing", "max-length", 7L);
        kit.settle();
        for (int i = 0; i < count; i++) {
            assertNull(queue(i).features().lengthLimit(), name(i));
        }
    }

    @Test
    void queues_that_are_alike_share_what_they_are() {
        declare(neighbour, 3, false, false);
        kit.turn(() -> kit.host.declareQueue(
                neighbour,
                new QueueSpec(name(3), false, false, false, new Arguments(Map.of("x-max-length", 5L))),
                new HostKit.Answer<>()));
        kit.settle();
        assertSame(queue(0).features(), queue(2).features());
        assertNotSame(queue(0).features(), queue(3).features());
        kit.policy("many-0", "max-length", 7L);
        assertNotNull(queue(0).features().lengthLimit());
        assertNull(queue(1).features().lengthLimit());
    }

    private Queue queue(int i) {
        return Objects.requireNonNull(kit.host.inside().state.queues().named(name(i)));
    }
}
