package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.queue.Priorities;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guards the order in which a queue hands out: the highest level first, within a level by sequence. */
class ReadyPropertyTest {

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behaves_as_a_set_sorted_by_level_and_sequence(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int max = 1 + random.nextInt(Priorities.HIGHEST);
        Priorities priorities = new Priorities(max);
        run(random, new Ready(priorities), priorities::of, s -> priorities.set(s, random.nextInt(256)));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void without_priorities_it_is_a_set_sorted_by_sequence(long seed) {
        run(new SplittableRandom(seed), new Ready(null), s -> 0, s -> {});
    }

    private interface Arrival {
        void at(long sequence);
    }

    private static void run(SplittableRandom random, Ready ready, LongUnaryOperator level, Arrival arrival) {
        TreeSet<Long> model = new TreeSet<>(
                Comparator.comparingLong((Long s) -> -level.applyAsLong(s)).thenComparingLong(s -> s));
        long next = 1;
        for (int step = 0; step < 4000; step++) {
            long known = 1 + random.nextLong(next);
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> {
                    arrival.at(next);
                    assertEquals(model.add(next), ready.add(next));
                    next++;
                }
                case 3, 4 -> {
                    long first = ready.first();
                    assertEquals(first >= 0, ready.remove(first));
                    model.remove(first);
                }
                case 5 -> assertEquals(model.remove(known), ready.remove(known), "remove " + known);
                case 6 -> {
                    boolean known0 = known < next;
                    assertEquals(known0 && model.add(known), known0 && ready.add(known), "requeue " + known);
                }
                default -> range(random, ready, model, known, next);
            }
            assertEquals(model.size(), ready.size());
            assertEquals(model.isEmpty(), ready.isEmpty());
            assertEquals(model.isEmpty() ? -1 : model.first(), ready.first(), "first, step " + step);
            assertEquals(model.contains(known), ready.contains(known));
        }
        List<Long> shown = new ArrayList<>();
        ready.ranges(0, Long.MAX_VALUE - 1, (first, last) -> {
            for (long s = first; s <= last; s++) {
                shown.add(s);
            }
        });
        assertEquals(model.stream().sorted().toList(), shown);
        ready.clear();
        assertEquals(-1, ready.first());
    }

    private static void range(SplittableRandom random, Ready ready, TreeSet<Long> model, long first, long next) {
        long last = Math.min(next - 1, first + random.nextInt(700));
        if (random.nextInt(3) == 0) {
            long before = model.size();
            model.removeIf(s -> s >= first && s <= last);
            assertEquals(before - model.size(), ready.removeRange(first, last));
        } else {
            ready.addRange(first, last);
            for (long s = first; s <= last; s++) {
                model.add(s);
            }
        }
    }
}
