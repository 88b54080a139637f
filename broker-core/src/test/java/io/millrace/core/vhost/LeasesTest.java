package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.policy.ApplyTo;
import io.millrace.core.policy.Policies;
import io.millrace.core.policy.Policy;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Guards that a queue with x-expires goes after that long without use, and not before. */
class LeasesTest {
    private static final Arguments TEN_SECONDS = new Arguments(Map.of("x-expires", 10_000L));

    private final SimulatedDisk disk = new SimulatedDisk();
    private HostKit kit = new HostKit(disk, 4 << 20);
    private RecordingOutlet out = new RecordingOutlet();
    private Lane lane = kit.lane(out);

    private void crash() {
        long now = kit.millis();
        disk.crash(SimulatedDisk.CrashMode.FORCED_ONLY, new SplittableRandom(1));
        kit = new HostKit(disk, 4 << 20, now);
        out = new RecordingOutlet();
        lane = kit.lane(out);
    }

    private List<String> queues() {
        return kit.host.queues().stream().map(QueueStatus::name).toList();
    }

    @Test
    void an_unused_queue_goes_with_its_messages_and_stays_gone() {
        kit.queue(lane, "q", TEN_SECONDS);
        kit.turn(() -> kit.host.publish(lane, 0, 0, HostKit.record("", "q", "m", true), 0));
        kit.pass(9_000);
        assertEquals(List.of("q"), queues());
        kit.pass(1_500);
        assertEquals(List.of(), queues());
        crash();
        assertEquals(List.of(), queues());
    }

    @Test
    void a_consumer_keeps_it_and_the_time_begins_when_the_last_one_goes() {
        kit.queue(lane, "q", TEN_SECONDS);
        kit.consume(lane, 1, "q", 0);
        kit.pass(60_000);
        assertEquals(List.of("q"), queues());
        kit.turn(() -> kit.host.cancel(lane, 1, new HostKit.Answer<>()));
        kit.pass(9_000);
        assertEquals(List.of("q"), queues());
        kit.pass(2_000);
        assertEquals(List.of(), queues());
    }

    @Test
    void declaring_looking_and_getting_renew_it() {
        kit.queue(lane, "q", TEN_SECONDS);
        for (int i = 0; i < 3; i++) {
            kit.pass(7_000);
            kit.turn(() -> kit.host.declareQueue(
                    lane, new QueueSpec("q", true, false, false, TEN_SECONDS), new HostKit.Answer<>()));
            kit.pass(7_000);
            kit.turn(() -> kit.host.checkQueue(lane, "q", new HostKit.Answer<>()));
            kit.pass(7_000);
            kit.turn(() -> kit.host.get(lane, "q", true, new HostKit.Answer<>()));
        }
        assertEquals(List.of("q"), queues());
        kit.pass(11_000);
        assertEquals(List.of(), queues());
    }

    @Test
    void its_time_begins_anew_with_a_start() {
        kit.queue(lane, "q", TEN_SECONDS);
        kit.pass(7_000);
        crash();
        kit.pass(7_000);
        assertEquals(List.of("q"), queues());
        kit.pass(4_000);
        assertEquals(List.of(), queues());
    }

    @Test
    void a_policy_gives_and_takes_the_time() {
        kit.queue(lane, "q", Arguments.NONE);
        kit.pass(60_000);
        Policy policy = new Policy("p", "", ApplyTo.QUEUES, 0, new Arguments(Map.of("expires", 10_000L)));
        kit.turn(() -> kit.host.policies(Policies.NONE.with(false, policy)));
        kit.pass(5_000);
        kit.turn(() -> kit.host.policies(Policies.NONE));
        kit.pass(60_000);
        assertEquals(List.of("q"), queues());
        kit.turn(() -> kit.host.policies(Policies.NONE.with(false, policy)));
        kit.pass(11_000);
        assertEquals(List.of(), queues());
    }
}
