package io.millrace.server.amqp091;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.model.Outcome;
import io.millrace.core.vhost.Client;
import io.millrace.core.vhost.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnsettledTest {
    private final FakeCommands commands = new FakeCommands();
    private final FakeTransport transport = new FakeTransport();
    private final Settlements settlements = new Settlements(commands, lane(commands));
    private final Unsettled unsettled = new Unsettled();

    private static Lane lane(FakeCommands commands) {
        Lane lane = new Lane(new Client("test"), 1, Wire.channel().outlet(1));
        commands.openLane(lane);
        commands.taken();
        return lane;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void it_settles_what_a_sorted_map_would(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TreeMap<Long, Integer> model = new TreeMap<>();
        long lastTag = 0;
        for (int step = 0; step < 20_000; step++) {
            int dice = random.nextInt(10);
            if (dice < 6) {
                lastTag += random.nextInt(4) == 0 ? random.nextInt(1, 5) : 1;
                unsettled.add(lastTag, 1, 2, step);
                model.put(lastTag, step);
            } else if (dice < 9 || random.nextInt(20) > 0) {
                long tag = random.nextLong(lastTag + 3);
                expect(
                        model.containsKey(tag) ? List.of(model.get(tag)) : List.of(),
                        seed,
                        step,
                        () -> assertEquals(
                                model.containsKey(tag), unsettled.settle(tag, Outcome.ACCEPTED, settlements)));
                model.remove(tag);
            } else {
                long tag = random.nextLong(lastTag + 3);
                boolean known = model.containsKey(tag);
                List<Integer> upTo =
                        known ? List.copyOf(model.headMap(tag, true).values()) : List.of();
                expect(
                        upTo,
                        seed,
                        step,
                        () -> assertEquals(known, unsettled.settleUpTo(tag, Outcome.ACCEPTED, settlements)));
                if (known) {
                    model.headMap(tag, true).clear();
                }
            }
            assertEquals(model.size(), unsettled.size(), "seed " + seed + " step " + step);
        }
        expect(List.copyOf(model.values()), seed, -1, () -> unsettled.settleAll(Outcome.ACCEPTED, settlements));
        assertEquals(0, unsettled.size());
    }

    private void expect(List<Integer> sequences, long seed, int step, Runnable settling) {
        settling.run();
        settlements.send();
        List<Integer> met = new ArrayList<>();
        for (String call : commands.taken()) {
            String[] range = call.split(" ", -1)[3].split("\\.\\.", -1);
            for (int sequence = Integer.parseInt(range[0]); sequence <= Integer.parseInt(range[1]); sequence++) {
                met.add(sequence);
            }
        }
        assertEquals(sequences, met, "seed " + seed + " step " + step);
        assertEquals(0, transport.writes);
    }

    @Test
    void one_old_delivery_does_not_make_it_grow_without_end() {
        unsettled.add(1, 1, 1, 1);
        for (long tag = 2; tag < 1_000_000; tag++) {
            unsettled.add(tag, 1, 1, tag);
            unsettled.settle(tag, Outcome.ACCEPTED, settlements);
        }
        assertEquals(8, unsettled.capacity());
        assertEquals(1, unsettled.size());
    }

    @Test
    void a_large_ring_gives_its_memory_back_when_it_is_empty() {
        for (long tag = 1; tag <= 200_000; tag++) {
            unsettled.add(tag, 1, 1, tag);
        }
        assertEquals(262_144, unsettled.capacity());
        unsettled.settleAll(Outcome.RELEASED, settlements);
        assertEquals(8, unsettled.capacity());
    }
}
