package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.vhost.HostKit.Answer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is bound to an exchange with a history gets what went through before. */
class RecentHistoryTest {
    private final SimulatedDisk disk = new SimulatedDisk();
    private HostKit kit = new HostKit(disk, 16 << 20);
    private final RecordingOutlet out = new RecordingOutlet();
    private Lane lane = kit.lane(out);

    private void history(Map<String, Object> arguments) {
        Answer<Void> answer = new Answer<>();
        Arguments values = new Arguments(new HashMap<>(arguments));
        ExchangeSpec spec = new ExchangeSpec("h", "x-recent-history", true, false, false, values);
        kit.turn(() -> kit.host.declareExchange(lane, spec, answer));
        kit.settle();
        answer.value();
    }

    private void publish(String exchange, String body) {
        kit.turn(() -> kit.host.publish(lane, 0, 0, HostKit.record(exchange, "k", body, true), 0));
    }

    private List<String> bodies(String queue) {
        out.deliveries.clear();
        kit.consume(lane, ++consumers, queue, 0);
        kit.settle();
        return out.bodies();
    }

    private int consumers;

    @Test
    void a_queue_that_is_bound_later_gets_the_last_messages_in_their_order() {
        history(Map.of("x-recent-history-length", 3L));
        for (int i = 0; i < 5; i++) {
            publish("h", "m" + i);
        }
        kit.queue(lane, "q", Arguments.NONE);
        kit.bind(lane, "h", "q", "");
        assertEquals(List.of("m2", "m3", "m4"), bodies("q"));
        kit.bind(lane, "h", "q", "");
        assertEquals(3, out.deliveries.size(), "a binding that is there brings nothing");
    }

    @Test
    void twenty_messages_are_kept_if_nothing_is_said() {
        history(Map.of());
        for (int i = 0; i < 30; i++) {
            publish("h", "m" + i);
        }
        kit.queue(lane, "q", Arguments.NONE);
        kit.bind(lane, "h", "q", "");
        assertEquals(20, bodies("q").size());
    }

    @Test
    void what_the_history_gave_is_durable_and_the_history_is_not() {
        history(Map.of());
        publish("h", "m");
        kit.queue(lane, "q", Arguments.NONE);
        kit.bind(lane, "h", "q", "");
        disk.crash(SimulatedDisk.CrashMode.FORCED_ONLY, new SplittableRandom(1));
        kit = new HostKit(disk, 16 << 20);
        lane = kit.lane(out);
        assertEquals(List.of("m"), bodies("q"));
        kit.queue(lane, "late", Arguments.NONE);
        kit.bind(lane, "h", "late", "");
        assertEquals(List.of(), bodies("late"));
    }

    @Test
    void an_exchange_that_is_bound_passes_the_history_on() {
        history(Map.of());
        publish("h", "m");
        kit.exchange(lane, "next", "fanout");
        kit.queue(lane, "q", Arguments.NONE);
        kit.bind(lane, "next", "q", "");
        Answer<Void> answer = new Answer<>();
        kit.turn(() -> kit.host.bind(lane, BindingSpec.between("h", "next", "", Arguments.NONE), answer));
        kit.settle();
        answer.value();
        assertEquals(List.of("m"), bodies("q"));
    }

    @Test
    void the_history_is_bounded_by_bytes() {
        history(Map.of("x-recent-history-length", 1_000_000L));
        for (int i = 0; i < 20; i++) {
            publish("h", "x".repeat(100_000));
        }
        publish("h", "y".repeat(2_000_000));
        kit.queue(lane, "q", Arguments.NONE);
        kit.bind(lane, "h", "q", "");
        assertEquals(10, bodies("q").size());
    }
}
