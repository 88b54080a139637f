package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.Outcome;
import io.millrace.core.policy.ApplyTo;
import io.millrace.core.policy.Policies;
import io.millrace.core.policy.Policy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A queue with limits against a list that does the same in the plainest way: publishes, acks, releases, rejections, purges,
 * changing policies and restarts. Bodies are of one size in each life, so that the average of a run is exact.
 */
class LimitsPropertyTest {
    private static final int BODY = 20_000;
    private static final long MEMORY = 4 << 20;

    private final SimulatedDisk disk = new SimulatedDisk();
    private HostKit kit = new HostKit(disk, MEMORY);
    private RecordingOutlet out = new RecordingOutlet();
    private Lane lane = kit.lane(out);

    /** Ready messages, the oldest first, and what is held, by their numbers; attempts of all. */
    private final List<Integer> ready = new ArrayList<>();

    private final Map<Integer, RecordingOutlet.Delivered> held = new HashMap<>();
    private final Map<Integer, Integer> attempts = new HashMap<>();
    private final List<Integer> dead = new ArrayList<>();
    /** When each came into the queue; one that was refused may come later than younger ones. */
    private final Map<Integer, Integer> arrivals = new HashMap<>();

    private long maxLength = Long.MAX_VALUE;
    private long maxBytes = Long.MAX_VALUE;
    private boolean refusing;
    private int next;
    private long number;
    private long refusals;
    private final SplittableRandom random = new SplittableRandom();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {31, 32, 33, 34, 35, 36, 37, 38})
    void queue_with_limits_does_what_a_plain_list_does(long seed) {
        SplittableRandom choices = new SplittableRandom(seed);
        kit.queue(
                lane,
                "q",
                new Arguments(new HashMap<>(Map.of(
                        "x-delivery-limit",
                        2L,
                        "x-message-deduplication",
                        true,
                        "x-dead-letter-exchange",
                        "",
                        "x-dead-letter-routing-key",
                        "dead"))));
        kit.queue(lane, "dead", Arguments.NONE);
        for (int step = 0; step < 400; step++) {
            step(choices);
            if (choices.nextInt(4) == 0) {
                kit.settle();
            }
            check("after step " + step);
        }
        kit.settle();
        drain();
    }

    private void step(SplittableRandom choices) {
        int choice = choices.nextInt(100);
        if (choice < 55) {
            publish(choices);
        } else if (choice < 68) {
            take();
        } else if (choice < 90) {
            settle(choices);
        } else if (choice < 92) {
            kit.turn(() -> kit.host.purge(lane, "q", new HostKit.Answer<>()));
            ready.clear();
        } else if (choice < 97) {
            policy(choices);
        } else {
            restart();
        }
    }

    private void publish(SplittableRandom choices) {
        int count = 1 + choices.nextInt(5);
        kit.turn(() -> {
            for (int i = 0; i < count; i++) {
                // Now and then an id comes again.
                int id = choices.nextInt(5) == 0 && next > 0 ? choices.nextInt(next) : next++;
                String body =
                        id + " " + "x".repeat(BODY - 1 - Integer.toString(id).length());
                String properties = "x-deduplication-header=" + id;
                kit.host.publish(lane, ++number, 0, TestProperties.record("", "q", properties, body, true), 0);
                if (arrivals.containsKey(id)) {
                    continue;
                }
                if (refusing && exceeded(ready.size() + 1)) {
                    refusals++;
                } else {
                    arrivals.put(id, arrivals.size());
                    ready.add(id);
                    trim();
                }
            }
        });
    }

    private boolean exceeded(long count) {
        return count > maxLength || count * BODY > maxBytes;
    }

    private void trim() {
        while (!refusing && !ready.isEmpty() && exceeded(ready.size())) {
            dead.add(ready.remove(0));
        }
    }

    private void take() {
        int before = out.deliveries.size();
        kit.turn(() -> kit.host.get(lane, "q", false, new HostKit.Answer<>()));
        kit.settle();
        for (RecordingOutlet.Delivered got : out.deliveries.subList(before, out.deliveries.size())) {
            int id = id(got);
            assertEquals(ready.remove(0), id);
            held.put(id, got);
        }
    }

    private void settle(SplittableRandom choices) {
        if (held.isEmpty()) {
            return;
        }
        List<Integer> ids = new ArrayList<>(held.keySet());
        int id = ids.get(choices.nextInt(ids.size()));
        RecordingOutlet.Delivered got = held.remove(id);
        Outcome outcome = Outcome.values()[choices.nextInt(3)];
        kit.turn(() -> kit.host.settle(lane, Consumer.GETTER, got.queue(), got.sequence(), got.sequence(), outcome));
        if (outcome == Outcome.REJECTED) {
            dead.add(id);
        } else if (outcome == Outcome.RELEASED) {
            release(id);
        }
        kit.settle();
    }

    private void release(int id) {
        if (attempts.merge(id, 1, Integer::sum) > 2) {
            dead.add(id);
            return;
        }
        int at = 0;
        while (at < ready.size() && arrivals.get(ready.get(at)) < arrivals.get(id)) {
            at++;
        }
        ready.add(at, id);
        trim();
    }

    private void policy(SplittableRandom choices) {
        Map<String, Object> definition = new HashMap<>();
        maxLength = Long.MAX_VALUE;
        maxBytes = Long.MAX_VALUE;
        if (choices.nextInt(3) > 0) {
            maxLength = choices.nextInt(60);
            definition.put("max-length", maxLength);
        }
        if (choices.nextInt(3) > 0) {
            maxBytes = choices.nextInt(60) * (long) BODY;
            definition.put("max-length-bytes", maxBytes);
        }
        refusing = choices.nextInt(3) == 0;
        definition.put("overflow", refusing ? "reject-publish" : "drop-head");
        apply(definition);
        trim();
    }

    private void apply(Map<String, Object> definition) {
        kit.host.policies(Policies.NONE.with(
                false, new Policy("p", "^q$", ApplyTo.QUEUES, 0, new Arguments(new HashMap<>(definition)))));
        kit.settle();
    }

    private void restart() {
        kit.settle();
        disk.crash(SimulatedDisk.CrashMode.FORCED_ONLY, random.split());
        kit = new HostKit(disk, MEMORY);
        out = new RecordingOutlet();
        lane = kit.lane(out);
        number = 0;
        refusals = 0;
        // What was held is ready again in its place, whatever the limit was: policies are there from the first turn on.
        for (int id : held.keySet()) {
            ready.add(id);
        }
        held.clear();
        ready.sort(Comparator.comparing(arrivals::get));
        maxLength = Long.MAX_VALUE;
        maxBytes = Long.MAX_VALUE;
        refusing = false;
    }

    private void check(String when) {
        assertEquals(ready.size(), queue("q"), when);
        assertEquals(refusals, out.refused.size(), when);
    }

    private long queue(String name) {
        return kit.host.queues().stream()
                .filter(status -> status.name().equals(name))
                .findFirst()
                .orElseThrow()
                .ready();
    }

    private void drain() {
        out.deliveries.clear();
        kit.consume(lane, 1, "q", 0);
        kit.settle();
        assertEquals(ready, out.deliveries.stream().map(LimitsPropertyTest::id).toList(), "in their order");
        out.deliveries.clear();
        kit.consume(lane, 2, "dead", 0);
        kit.settle();
        assertEquals(
                dead.stream().sorted().toList(),
                out.deliveries.stream().map(LimitsPropertyTest::id).sorted().toList(),
                "each dead message once");
    }

    private static int id(RecordingOutlet.Delivered delivered) {
        return Integer.parseInt(delivered.body().substring(0, delivered.body().indexOf(' ')));
    }
}
