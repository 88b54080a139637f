package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.Outcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * One seeded life of a virtual host: publishers with confirms, consumers that accept, release and reject, a small memory,
 * and power cuts that keep any part of what was not forced. Checks what the contract promises of every message.
 */
final class HostCrashSimulation {
    private static final long MEMORY = 4 << 20;
    private static final List<String> QUEUES = List.of("a", "b");
    private static final int LEVELS = 5;

    private final SplittableRandom random;
    private final SimulatedDisk disk = new SimulatedDisk();
    private HostKit kit = new HostKit(disk, MEMORY);
    private RecordingOutlet out = new RecordingOutlet();
    private Lane lane = kit.lane(out);

    private long number;
    private int next;
    private final Map<Long, String> unconfirmed = new HashMap<>();
    private final Set<String> confirmed = new HashSet<>();
    private final Set<String> attempted = new HashSet<>();
    /** Accepted in a life that ended before the settlement was surely flushed: may come again, or not. */
    private final Set<String> uncertain = new HashSet<>();
    /** Accepted in this life; may come again after a crash until the settlement is flushed. */
    private final Set<String> settledInDoubt = new HashSet<>();

    private final Set<String> settledForGood = new HashSet<>();
    private final Set<String> seen = new HashSet<>();
    private final List<RecordingOutlet.Delivered> held = new ArrayList<>();
    private int looked;
    private boolean flushes = true;
    /** Transactions of this life that are not answered, and those that were, by their number: how many messages. */
    private final Map<Integer, Integer> committing = new HashMap<>();

    private final Map<Integer, Integer> committed = new HashMap<>();
    private final Map<Integer, Integer> inDoubt = new HashMap<>();
    private final Map<Integer, HostKit.Answer<Void>> answers = new HashMap<>();
    private int transactions;

    HostCrashSimulation(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** The negative control: nothing is ever forced. */
    HostCrashSimulation withoutFlushes() {
        flushes = false;
        return this;
    }

    void run(int steps) {
        for (String queue : QUEUES) {
            Map<String, Object> arguments = new HashMap<>();
            arguments.put("x-dead-letter-exchange", "");
            arguments.put("x-dead-letter-routing-key", "dead");
            arguments.put("x-delivery-limit", 1L);
            arguments.put("x-message-ttl", 60L);
            arguments.put(
                    queue.equals("a") ? "x-max-length" : "x-max-length-bytes", queue.equals("a") ? 12L : 150_000L);
            kit.queue(lane, queue, new Arguments(arguments));
        }
        kit.queue(lane, "dead", Arguments.NONE);
        HostKit.Answer<Void> answer = new HostKit.Answer<>();
        Arguments inner = new Arguments(Map.of("x-delayed-type", "direct"));
        ExchangeSpec later = new ExchangeSpec("later", "x-delayed-message", true, false, false, inner);
        kit.turn(() -> kit.host.declareExchange(lane, later, answer));
        kit.settle();
        answer.value();
        for (String queue : QUEUES) {
            kit.bind(lane, "later", queue, queue);
        }
        kit.queue(lane, "plain", Arguments.NONE);
        kit.queue(lane, "levels", new Arguments(Map.of("x-max-priority", (long) LEVELS)));
        disk.forgetForces(!flushes);
        subscribe();
        for (int step = 0; step < steps; step++) {
            step();
            look();
        }
        crash();
        drain();
    }

    private void step() {
        int choice = random.nextInt(100);
        if (choice < 42) {
            publish();
        } else if (choice < 45) {
            transact();
        } else if (choice < 75) {
            settle();
        } else if (choice < 85) {
            kit.owner.step();
        } else if (choice < 94) {
            kit.io.step();
        } else if (choice < 99) {
            kit.timer.advance(random.nextLong(6_000_000));
        } else if (random.nextInt(4) == 0) {
            crash();
            subscribe();
        } else {
            kit.settle();
        }
    }

    private void subscribe() {
        for (int i = 0; i < QUEUES.size(); i++) {
            kit.consume(lane, i + 1, QUEUES.get(i), 1 + random.nextInt(20));
        }
    }

    private void publish() {
        int burst = 1 + random.nextInt(5);
        kit.turn(() -> {
            for (int i = 0; i < burst; i++) {
                String queue = QUEUES.get(random.nextInt(QUEUES.size()));
                boolean delayed = random.nextInt(4) == 0;
                String body = (delayed ? "later " : queue + " ") + next++ + " " + "x".repeat(random.nextInt(20_000));
                attempted.add(id(body));
                boolean durable = random.nextInt(4) > 0;
                number++;
                if (durable) {
                    unconfirmed.put(number, id(body));
                }
                String delay = delayed ? "x-delay=" + random.nextInt(80) : "";
                ByteBuffer record = TestProperties.record(delayed ? "later" : "", queue, delay, body, durable);
                kit.host.publish(lane, number, 0, record, 0);
            }
        });
    }

    /** Publishes to two queues that nobody reads before the end, and settles; commits mostly. */
    private void transact() {
        int number = ++transactions;
        int count = 1 + random.nextInt(12);
        int size = random.nextInt(8) == 0 ? 300_000 : 3_000;
        RecordingOutlet.Delivered settled = held.isEmpty() ? null : held.remove(random.nextInt(held.size()));
        kit.turn(() -> {
            for (int i = 0; i < count; i++) {
                String queue = random.nextBoolean() ? "plain" : "levels";
                String body = number + " " + i + " " + "x".repeat(random.nextInt(size));
                ByteBuffer record = HostKit.record("", queue, body, true);
                record.put(6, (byte) random.nextInt(LEVELS + 3));
                kit.host.publish(lane, 0, Commands.TRANSACTIONAL, record, 0);
            }
            if (settled != null) {
                settledInDoubt.add(id(settled.body()));
                long sequence = settled.sequence();
                kit.host.settleAtCommit(
                        lane, settled.consumer(), settled.queue(), sequence, sequence, Outcome.ACCEPTED);
            }
        });
        HostKit.Answer<Void> answer = new HostKit.Answer<>();
        if (random.nextInt(5) == 0) {
            kit.turn(() -> kit.host.rollback(lane, answer));
            if (settled != null) {
                settledInDoubt.remove(id(settled.body()));
                held.add(settled);
            }
        } else {
            committing.put(number, count);
            answers.put(number, answer);
            kit.turn(() -> kit.host.commit(lane, answer));
        }
    }

    private void settle() {
        if (held.isEmpty()) {
            return;
        }
        RecordingOutlet.Delivered delivery = held.remove(random.nextInt(held.size()));
        Outcome outcome = switch (random.nextInt(6)) {
            case 0 -> Outcome.RELEASED;
            case 1 -> Outcome.REJECTED;
            default -> Outcome.ACCEPTED;
        };
        if (outcome == Outcome.ACCEPTED) {
            settledInDoubt.add(id(delivery.body()));
        }
        long sequence = delivery.sequence();
        kit.turn(() -> kit.host.settle(lane, delivery.consumer(), delivery.queue(), sequence, sequence, outcome));
        if (random.nextInt(10) == 0) {
            kit.settle();
            look();
            settledForGood.addAll(settledInDoubt);
        }
    }

    /** Looks at what came back since the last look. */
    private void look() {
        unconfirmed.entrySet().removeIf(entry -> {
            if (entry.getKey() <= out.confirmed) {
                confirmed.add(entry.getValue());
                return true;
            }
            return false;
        });
        committing.entrySet().removeIf(entry -> {
            HostKit.Answer<Void> answer = answers.get(entry.getKey());
            if (answer != null && answer.isAnswered()) {
                committed.put(entry.getKey(), entry.getValue());
                return true;
            }
            return false;
        });
        for (; looked < out.deliveries.size(); looked++) {
            RecordingOutlet.Delivered delivery = out.deliveries.get(looked);
            String id = id(delivery.body());
            assertTrue(attempted.contains(id), () -> "unexpected message " + id);
            assertTrue(!settledForGood.contains(id), () -> "settled message " + id + " came again");
            if (!seen.add(delivery.queue() + " " + id)) {
                assertTrue(delivery.redelivered(), () -> "D9: " + id + " was seen before and is not marked");
            }
            settledInDoubt.remove(id);
            held.add(delivery);
        }
    }

    private void crash() {
        look();
        if (random.nextBoolean()) {
            // The power goes in the middle of what the workers do.
            disk.cutPowerAt(1 + random.nextInt(8));
            kit.settle();
            look();
        }
        inDoubt.putAll(committing);
        committing.clear();
        answers.clear();
        SimulatedDisk.CrashMode[] modes = SimulatedDisk.CrashMode.values();
        disk.crash(modes[random.nextInt(modes.length)], random);
        kit = new HostKit(disk, MEMORY, kit.millis() + random.nextInt(30));
        out = new RecordingOutlet();
        lane = kit.lane(out);
        looked = 0;
        number = 0;
        held.clear();
        unconfirmed.clear();
        uncertain.addAll(settledInDoubt);
        settledInDoubt.clear();
        assertEquals(List.of(), kit.damages);
    }

    /** Everything that is left comes out; every confirmed message was settled, is there, or died into the one dead queue. */
    private void drain() {
        int consumer = 10;
        for (String queue : List.of("a", "b", "dead")) {
            kit.consume(lane, consumer++, queue, 0);
        }
        kit.pass(200);
        Map<String, Integer> left = new HashMap<>();
        for (RecordingOutlet.Delivered delivery : out.deliveries) {
            left.merge(id(delivery.body()), 1, Integer::sum);
        }
        look();
        checkTransactions();
        left.forEach((id, count) -> assertEquals(1, count, () -> "D5, D10: " + id + " is in more than one place"));
        for (String id : confirmed) {
            assertTrue(
                    left.containsKey(id) || uncertain.contains(id) || settledForGood.contains(id),
                    () -> "D5: confirmed message " + id + " is lost");
        }
        Map<String, Long> previous = new HashMap<>();
        for (RecordingOutlet.Delivered delivery : out.deliveries) {
            String[] words = delivery.body().split(" ", 3);
            if (delivery.consumer() < 12 && !words[0].equals("later")) {
                Long before = previous.put(words[0], Long.parseLong(words[1]));
                assertTrue(before == null || before < Long.parseLong(words[1]), "D8: order in " + words[0]);
            }
        }
    }

    /** Every transaction is there whole or not at all; what was answered is there; the highest level comes first. */
    private void checkTransactions() {
        RecordingOutlet last = new RecordingOutlet();
        Lane reader = kit.lane(last);
        kit.consume(reader, 1, "plain", 0);
        kit.consume(reader, 2, "levels", 0);
        kit.settle();
        Map<Integer, Integer> found = new HashMap<>();
        int level = LEVELS;
        long sequence = 0;
        for (int i = 0; i < last.deliveries.size(); i++) {
            RecordingOutlet.Delivered delivery = last.deliveries.get(i);
            found.merge(
                    Integer.parseInt(
                            delivery.body().substring(0, delivery.body().indexOf(' '))),
                    1,
                    Integer::sum);
            if (delivery.consumer() == 2) {
                int met = Math.min(LEVELS, last.priorities.get(i));
                assertTrue(met < level || (met == level && delivery.sequence() > sequence), "D8: order within levels");
                level = met;
                sequence = delivery.sequence();
            }
        }
        committed.forEach((number, count) ->
                assertEquals(count, found.getOrDefault(number, 0), () -> "D4: committed transaction " + number));
        found.forEach((number, count) -> assertEquals(
                committed.getOrDefault(number, inDoubt.getOrDefault(number, 0)),
                count,
                () -> "transaction " + number + " is there in part, or was rolled back"));
    }

    private static String id(String body) {
        return body.substring(0, body.indexOf(' ', body.indexOf(' ') + 1));
    }
}
