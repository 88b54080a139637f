package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.log.local.LocalLogOptions;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.Outcome;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.vhost.CrashModel.Fate;
import io.millrace.core.vhost.CrashModel.Place;
import io.millrace.core.vhost.CrashModel.Sent;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** One life of a virtual host with small files and a small memory, a client that uses it, and what that client knows. */
final class CrashWorld {
    /** Small enough that messages leave memory every few turns. */
    static final long MEMORY = 1024 << 10;

    static final LocalLogOptions FILES = LocalLogOptions.DEFAULTS.withFileBytes(32 << 10, 64 << 10);

    static final List<String> QUEUES = List.of("one", "two", "retry", "short", "tmp", CrashModel.DEAD);
    private static final int CONSUMERS = 3;

    final SimulatedDisk disk;
    final HostKit kit;
    final CrashModel model;
    private final RecordingOutlet out = new RecordingOutlet();
    private final Lane lane;
    private final Map<Integer, String> consumed = new HashMap<>();
    private final List<RecordingOutlet.Delivered> held = new ArrayList<>();
    private final Map<HostKit.Answer<?>, Runnable> answers = new LinkedHashMap<>();
    private final Map<String, Integer> asked = new HashMap<>();
    private long number;
    private int looked;

    /** @throws UncheckedIOException if it cannot be opened */
    CrashWorld(SimulatedDisk disk, CrashModel model, long millis) {
        this.disk = disk;
        this.model = model;
        model.durable = 0;
        kit = new HostKit(disk, MEMORY, millis, FILES);
        lane = kit.lane(out);
        kit.host.tick();
    }

    boolean failed() {
        return kit.failure.get() != null || !disk.powerIsOn();
    }

    /** Whether messages may be missing, because their damage was reported. */
    void noteDamages() {
        for (String damage : kit.damages) {
            if (!damage.startsWith("stuck")) {
                model.damaged.add(damage.substring(0, damage.indexOf(' ')));
            }
        }
    }

    private <T> void ask(java.util.function.Consumer<Reply<T>> command, Runnable then) {
        HostKit.Answer<T> answer = new HostKit.Answer<>();
        answers.put(answer, then);
        kit.turn(() -> command.accept(answer));
        look();
    }

    /** Whether a queue is there is uncertain until the last that was asked about it is answered. */
    private int asking(String queue) {
        model.queues.remove(queue);
        return asked.merge(queue, 1, Integer::sum);
    }

    private void answered(String queue, int number, boolean there) {
        if (number == asked.getOrDefault(queue, 0)) {
            model.queues.put(queue, there);
        }
    }

    void declare(String queue, Map<String, Object> arguments) {
        int asked = asking(queue);
        QueueSpec spec = new QueueSpec(queue, true, false, false, new Arguments(arguments));
        this.<QueueStatus>ask(reply -> kit.host.declareQueue(lane, spec, reply), () -> answered(queue, asked, true));
    }

    void exchange(String name) {
        var spec = new io.millrace.core.model.ExchangeSpec(name, "fanout", true, false, false, Arguments.NONE);
        this.<Void>ask(reply -> kit.host.declareExchange(lane, spec, reply), () -> model.queues.put("x " + name, true));
    }

    void bind(String exchange, String queue) {
        var spec = new io.millrace.core.model.BindingSpec(exchange, queue, "", Arguments.NONE);
        this.<Void>ask(
                reply -> kit.host.bind(lane, spec, reply), () -> model.queues.put("b " + exchange + " " + queue, true));
    }

    void delete(String queue) {
        int asked = asking(queue);
        leave(queue);
        this.<Long>ask(reply -> kit.host.deleteQueue(lane, queue, false, false, reply), () -> {
            answered(queue, asked, false);
            left(queue);
        });
    }

    void purge(String queue) {
        leave(queue);
        this.<Long>ask(reply -> kit.host.purge(lane, queue, reply), () -> left(queue));
    }

    private void leave(String queue) {
        for (Sent sent : model.messages.values()) {
            for (Place place : sent.places) {
                if (place.queue.equals(queue) && place.fate == Fate.WAITS) {
                    place.fate = Fate.LEFT;
                }
            }
        }
    }

    private void left(String queue) {
        for (Sent sent : model.messages.values()) {
            for (Place place : sent.places) {
                place.certain |= place.queue.equals(queue) && place.fate == Fate.LEFT;
            }
        }
    }

    /** Sends to an exchange, or with "" to one queue. */
    void publish(String exchange, List<String> queues, int bytes, int transaction) {
        int id = model.next++;
        String body = id + " " + "x".repeat(bytes) + id;
        Sent sent = new Sent(body);
        for (String queue : queues) {
            Place place = new Place(queue);
            place.ages = queue.equals("short");
            sent.places.add(place);
        }
        sent.transaction = transaction;
        model.messages.put(id, sent);
        String key = exchange.isEmpty() ? queues.get(0) : "";
        ByteBuffer record = HostKit.record(exchange, key, body, true);
        if (transaction > 0) {
            kit.host.publish(lane, 0, Commands.TRANSACTIONAL, record, 0);
        } else {
            sent.number = ++number;
            kit.host.publish(lane, number, 0, record, 0);
        }
    }

    void commit(int transaction) {
        this.<Void>ask(reply -> kit.host.commit(lane, reply), () -> model.committed(transaction));
    }

    void consume(int consumer, String queue, int window) {
        consumed.put(consumer, queue);
        Subscription wanted = new Subscription(consumer, "tag" + consumer, queue, false, false, window, Arguments.NONE);
        this.<Void>ask(reply -> kit.host.consume(lane, wanted, reply), () -> {});
    }

    /** Never settles what it was given first of a queue, as long as the lane is open. */
    void keepOne(String queue) {
        look();
        for (int i = 0; i < held.size(); i++) {
            if (queue.equals(consumed.get(held.get(i).consumer()))) {
                held.remove(i);
                return;
            }
        }
    }

    /** Settles the oldest delivery that the client holds. */
    void settle(Outcome outcome) {
        look();
        if (held.isEmpty()) {
            return;
        }
        RecordingOutlet.Delivered delivery = held.remove(0);
        String queue = consumed.get(delivery.consumer());
        Sent sent = model.of(delivery.body());
        Place place = CrashModel.place(sent, queue);
        boolean dies = outcome == Outcome.REJECTED && queue.equals("retry");
        if (outcome != Outcome.RELEASED) {
            place.fate = dies ? Fate.DIES : Fate.LEFT;
        }
        long s = delivery.sequence();
        kit.turn(() -> kit.host.settle(lane, delivery.consumer(), delivery.queue(), s, s, outcome));
        if (outcome == Outcome.ACCEPTED) {
            place.leftAt = kit.log.last();
        }
    }

    /** Looks at what came. */
    void look() {
        model.durable = kit.log.durable();
        model.confirmed(out.confirmed);
        answers.entrySet().removeIf(entry -> {
            if (entry.getKey().isAnswered()) {
                entry.getKey().value();
                entry.getValue().run();
            }
            return entry.getKey().isAnswered();
        });
        for (; looked < out.deliveries.size(); looked++) {
            RecordingOutlet.Delivered delivery = out.deliveries.get(looked);
            seen(delivery, consumed.get(delivery.consumer()));
            held.add(delivery);
        }
    }

    private void seen(RecordingOutlet.Delivered delivery, String queue) {
        Place place = CrashModel.place(model.of(delivery.body()), queue);
        if (!queue.equals(CrashModel.DEAD)) {
            assertTrue(
                    !place.seen || delivery.redelivered(),
                    () -> "D9: " + delivery.body().split(" ", 2)[0] + " of " + queue + " was seen and is not marked");
            place.seen = true;
        }
    }

    /** Everything that is under way happens. */
    void settleDown() {
        kit.settle();
        look();
        if (!failed()) {
            model.allDurable();
        }
    }

    /** A clean stop. */
    void stop() {
        settleDown();
        kit.turn(() -> kit.host.closeLane(lane));
        kit.turn(() -> kit.host.stop(() -> {}));
        kit.settle();
        try {
            kit.log.close();
        } catch (java.io.IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Looks into every queue, compares with what may be there, and gives all back. */
    void check() {
        noteDamages();
        Map<String, List<Integer>> found = new HashMap<>();
        RecordingOutlet all = new RecordingOutlet();
        Lane reader = kit.lane(all);
        model.queues.forEach((queue, there) -> checkThere(queue, there));
        for (int i = 0; i < QUEUES.size(); i++) {
            if (kit.host.reports().queue(QUEUES.get(i)) != null) {
                found.put(QUEUES.get(i), new ArrayList<>());
                kit.consume(reader, i, QUEUES.get(i), 0);
            }
        }
        kit.settle();
        kit.host.tick();
        kit.settle();
        noteDamages();
        for (RecordingOutlet.Delivered delivery : all.deliveries) {
            String queue = QUEUES.get(delivery.consumer());
            seen(delivery, queue);
            found.getOrDefault(queue, new ArrayList<>()).add(CrashModel.number(model.of(delivery.body())));
        }
        if (failed()) {
            return;
        }
        model.check(found);
        kit.turn(() -> kit.host.closeLane(reader));
        kit.settle();
        QUEUES.forEach(queue -> model.queues.put(queue, kit.host.reports().queue(queue) != null));
    }

    private void checkThere(String name, boolean there) {
        boolean found;
        if (name.startsWith("x ")) {
            found = kit.host.reports().exchange(name.substring(2)) != null;
        } else if (name.startsWith("b ")) {
            String[] words = name.split(" ", 3);
            found = kit.host.reports().bindingsOf(words[1]).stream()
                    .anyMatch(binding -> binding.destination().equals(words[2]));
        } else {
            found = kit.host.reports().queue(name) != null;
        }
        assertEquals(there, found, () -> "D4: " + name + " is there");
    }

    /** Random steps of a client that has just come. */
    void moreSteps(int steps, SplittableRandom random) {
        for (int i = 0; i < CONSUMERS && !failed(); i++) {
            if (kit.host.reports().queue(QUEUES.get(i)) != null) {
                consume(i, QUEUES.get(i), 5);
            }
        }
        for (int i = 0; i < steps && !failed(); i++) {
            step(random);
            look();
        }
    }

    private void step(SplittableRandom random) {
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> {
                String queue = QUEUES.get(random.nextInt(4));
                if (Boolean.TRUE.equals(model.queues.get(queue))) {
                    kit.turn(() -> publish("", List.of(queue), random.nextInt(9_000), 0));
                }
            }
            case 3, 4 -> settle(Outcome.ACCEPTED);
            case 5 -> settle(Outcome.REJECTED);
            case 6 -> settle(Outcome.RELEASED);
            case 7 -> kit.timer.advance(4_000_000);
            default -> {
                if (!kit.io.step()) {
                    kit.owner.step();
                }
            }
        }
    }
}
