package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.log.local.LocalLog;
import io.millrace.core.log.local.LocalLogOptions;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.model.Outcome;
import io.millrace.core.store.Arena;
import io.millrace.core.time.ManualTimer;
import io.millrace.core.time.StepExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guards the event-sourced core: a checkpoint anywhere plus the log behind it lead to the state that is live. */
class ReplayPropertyTest {

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {21, 22, 23, 24, 25, 26, 27, 28})
    void replaying_the_log_leads_to_the_live_state(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        SimulatedDisk disk = new SimulatedDisk();
        HostKit kit = new HostKit(disk, 4 << 20);
        RecordingOutlet out = new RecordingOutlet();
        Lane lane = kit.lane(out);
        declare(kit, lane);
        List<RecordingOutlet.Delivered> held = new ArrayList<>();
        for (int step = 0; step < 600; step++) {
            step(kit, lane, random, held, out);
            if (step % 200 == 199) {
                kit.settle();
                assertEquals(kit.host.snapshot(), replayed(disk.copy()), "after step " + step);
            }
        }
    }

    private static void declare(HostKit kit, Lane lane) {
        kit.exchange(lane, "x", "topic");
        for (String queue : List.of("a", "b")) {
            Map<String, Object> arguments = new HashMap<>();
            arguments.put("x-dead-letter-exchange", "");
            arguments.put("x-dead-letter-routing-key", "c");
            arguments.put("x-delivery-limit", 2L);
            if (queue.equals("a")) {
                arguments.put("x-max-length", 20L);
                arguments.put("x-message-deduplication", true);
                arguments.put("x-cache-size", 100L);
            } else {
                arguments.put("x-max-length-bytes", 500_000L);
            }
            kit.queue(lane, queue, new Arguments(arguments));
            kit.bind(lane, "x", queue, "#." + queue + ".#");
        }
        kit.queue(lane, "c", new Arguments(Map.of("x-message-ttl", 8_000L, "x-max-priority", 20L)));
        Map<String, Object> timed = new HashMap<>();
        timed.put("x-message-ttl", 2_000L);
        timed.put("x-dead-letter-exchange", "");
        timed.put("x-dead-letter-routing-key", "c");
        kit.queue(lane, "t", new Arguments(timed));
        HostKit.Answer<Void> answer = new HostKit.Answer<>();
        ExchangeSpec later = new ExchangeSpec(
                "later", "x-delayed-message", true, false, false, new Arguments(Map.of("x-delayed-type", "direct")));
        kit.turn(() -> kit.host.declareExchange(lane, later, answer));
        kit.settle();
        answer.value();
        kit.bind(lane, "later", "t", "t");
        kit.bind(lane, "later", "b", "b");
        kit.consume(lane, 3, "t", 5);
        kit.consume(lane, 1, "a", 30);
        kit.consume(lane, 2, "b", 0);
    }

    private static void step(
            HostKit kit,
            Lane lane,
            SplittableRandom random,
            List<RecordingOutlet.Delivered> held,
            RecordingOutlet out) {
        String body = "x".repeat(random.nextInt(30_000));
        String id = "x-deduplication-header=" + random.nextInt(300);
        String key = List.of("a", "b", "a.b", "none").get(random.nextInt(4));
        for (int i = random.nextInt(3); i > 0; i--) {
            publishTimed(kit, lane, random);
        }
        kit.timer.advance(random.nextInt(4) == 0 ? random.nextLong(500_000_000L) : 0);
        ByteBuffer record = TestProperties.record("x", key, id, body, true);
        record.put(6, (byte) random.nextInt(30));
        int flags = random.nextInt(3) == 0 ? Commands.TRANSACTIONAL : 0;
        kit.turn(() -> kit.host.publish(lane, 0, flags, record, 0));
        if (random.nextInt(10) == 0) {
            kit.turn(() -> kit.host.commit(lane, new HostKit.Answer<>()));
        } else if (random.nextInt(30) == 0) {
            kit.turn(() -> kit.host.rollback(lane, new HostKit.Answer<>()));
        }
        held.addAll(out.deliveries);
        out.deliveries.clear();
        for (int i = random.nextInt(3); i > 0 && !held.isEmpty(); i--) {
            RecordingOutlet.Delivered d = held.remove(random.nextInt(held.size()));
            Outcome outcome = Outcome.values()[random.nextInt(3)];
            kit.turn(() -> kit.host.settle(lane, d.consumer(), d.queue(), d.sequence(), d.sequence(), outcome));
        }
        if (random.nextInt(20) == 0) {
            kit.settle();
        }
        if (random.nextInt(150) == 0) {
            kit.turn(() -> kit.host.purge(lane, "c", new HostKit.Answer<>()));
        }
    }

    private static void publishTimed(HostKit kit, Lane lane, SplittableRandom random) {
        boolean delayed = random.nextBoolean();
        String delay = delayed ? "x-delay=" + random.nextInt(5_000) : "";
        String key = random.nextInt(3) == 0 ? "b" : "t";
        ByteBuffer record = TestProperties.record(delayed ? "later" : "", key, delay, "timed", true);
        if (random.nextInt(3) == 0) {
            record.putLong(24, MessageRecord.waiting(random.nextInt(3_000)));
        }
        kit.turn(() -> kit.host.publish(lane, 0, 0, record, 0));
    }

    private static ByteBuffer replayed(SimulatedDisk disk) throws IOException {
        disk.crash(SimulatedDisk.CrashMode.FORCED_ONLY, new SplittableRandom(1));
        StepExecutor io = new StepExecutor();
        LocalLog log = LocalLog.open(disk, "vhost/1", io, new ManualTimer(), () -> 7, LocalLogOptions.DEFAULTS);
        HostState state = new HostState("/");
        new Recovery(state, new Arena(64 << 20)).run(log);
        return Checkpoint.encode(state, false, 0);
    }
}
