package io.millrace.core.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guards order and completeness of what a queue believes to hold: the set behaves as a sorted set does. */
class SequenceSetPropertyTest {

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behaves_as_a_sorted_set_under_random_changes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SequenceSet set = new SequenceSet();
        TreeSet<Long> model = new TreeSet<>();
        long span = 1 + random.nextLong(5000);
        for (int step = 0; step < 3000; step++) {
            long base = step / 3;
            long a = base + random.nextLong(span);
            long b = a + random.nextLong(1200);
            switch (random.nextInt(6)) {
                case 0, 1 -> assertEquals(model.add(a), set.add(a), "add " + a);
                case 2 -> assertEquals(model.remove(a), set.remove(a), "remove " + a);
                case 3 -> addRange(set, model, a, random.nextInt(20) == 0 ? b : a + 3);
                case 4 -> {
                    int inRange = model.subSet(a, true, b, true).size();
                    assertEquals(inRange, set.count(a, b), "count " + a + ".." + b);
                    if (random.nextInt(10) == 0) {
                        model.subSet(a, true, b, true).clear();
                        assertEquals(inRange, set.removeRange(a, b), "removeRange " + a + ".." + b);
                    }
                }
                default -> {
                    Long next = model.ceiling(a);
                    assertEquals(next == null ? -1 : next, set.next(a), "next " + a);
                    assertEquals(model.contains(a), set.contains(a), "contains " + a);
                }
            }
            assertEquals(model.size(), set.size());
            assertEquals(model.isEmpty() ? -1 : model.first(), set.first());
        }
        assertEquals(new ArrayList<>(model), unfold(set));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behaves_as_a_sorted_set_when_it_holds_little_and_is_emptied_often(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SequenceSet set = new SequenceSet();
        TreeSet<Long> model = new TreeSet<>();
        for (int step = 0; step < 20_000; step++) {
            // As wide as the window without pages now and then, and narrower or wider at other times.
            int span = new int[] {3, 40, 64, 66, 200}[step / 500 % 5];
            long a = step / 20 + random.nextInt(span);
            long b = a + random.nextInt(span);
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> assertEquals(model.add(a), set.add(a), "add " + a);
                case 3, 4 -> assertEquals(model.remove(a), set.remove(a), "remove " + a);
                case 5 -> addRange(set, model, a, Math.min(b, a + 5));
                case 6 -> {
                    int inRange = model.subSet(a, true, b, true).size();
                    assertEquals(inRange, set.count(a, b), "count " + a + ".." + b);
                    model.subSet(a, true, b, true).clear();
                    assertEquals(inRange, set.removeRange(a, b), "removeRange " + a + ".." + b);
                }
                default -> {
                    Long next = model.ceiling(a);
                    assertEquals(next == null ? -1 : next, set.next(a), "next " + a);
                    assertEquals(model.contains(a), set.contains(a), "contains " + a);
                    assertEquals(new ArrayList<>(model), unfold(set));
                }
            }
            assertEquals(model.size(), set.size());
            assertEquals(model.isEmpty() ? -1 : model.first(), set.first());
            assertEquals(model.isEmpty(), set.isEmpty());
        }
    }

    private static void addRange(SequenceSet set, TreeSet<Long> model, long first, long last) {
        set.addRange(first, last);
        for (long s = first; s <= last; s++) {
            model.add(s);
        }
    }

    private static List<Long> unfold(SequenceSet set) {
        List<Long> all = new ArrayList<>();
        long[] previous = {-2};
        set.ranges(0, Long.MAX_VALUE - 1, (first, last) -> {
            if (first <= previous[0] + 1) {
                throw new AssertionError(
                        "range " + first + ".." + last + " touches the one that ended at " + previous[0]);
            }
            previous[0] = last;
            for (long s = first; s <= last; s++) {
                all.add(s);
            }
        });
        return all;
    }
}
