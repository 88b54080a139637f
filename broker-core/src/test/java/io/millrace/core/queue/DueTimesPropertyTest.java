package io.millrace.core.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guards that every message with a time is taken once, when it is due, and that what is kept of times has one form. */
class DueTimesPropertyTest {
    private final SequenceSet live = new SequenceSet();
    private final SequenceSet transients = new SequenceSet();
    private final DueTimes times = new DueTimes();
    private final TreeMap<Long, Long> model = new TreeMap<>();
    private final TreeSet<Long> taken = new TreeSet<>();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void every_message_is_taken_once_it_is_due_and_never_before(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long ttl = 1 + random.nextInt(200);
        int own = random.nextInt(3);
        long now = 1_000;
        for (long sequence = 1; sequence < 6_000; sequence++) {
            now += random.nextInt(4) == 0 ? random.nextInt(5) : 0;
            live.add(sequence);
            long due = own > 0 && random.nextInt(own * 10) == 0 ? now + random.nextInt(1_000) : now + ttl;
            if (random.nextInt(5) > 0) {
                times.add(sequence, due);
                model.put(sequence, due);
            }
            if (random.nextInt(10) == 0) {
                transients.add(sequence);
            }
            remove(random, sequence);
            if (random.nextInt(20) == 0) {
                take(now);
            }
            if (random.nextInt(500) == 0) {
                assertEquals(expectedRuns(), runs(times, live, transients), "at " + sequence);
            }
        }
        for (Map.Entry<Long, Long> entry : model.entrySet()) {
            assertEquals(entry.getValue(), times.of(entry.getKey()), "of " + entry.getKey());
        }
        restored();
        take(Long.MAX_VALUE - 1);
        assertEquals(Long.MAX_VALUE, times.earliest());
    }

    @Test
    void ten_million_messages_of_one_time_to_live_cost_next_to_nothing() {
        long before = used();
        for (long s = 1; s <= 10_000_000; s++) {
            times.add(s, 1_000 + s / 10_000);
        }
        long bytes = used() - before;
        assertTrue(bytes < 2 << 20, () -> bytes + " bytes for 1,001 different times");
        assertEquals(1_000, times.earliest());
    }

    @Test
    void what_was_settled_does_not_stay_in_memory() {
        long before = used();
        for (long s = 1; s <= 3_000_000; s++) {
            live.add(s);
            times.add(s, 1_000_000 + s * 7 % 1_000);
            live.remove(s - 1_000);
            times.forget(live);
        }
        long bytes = used() - before;
        assertTrue(bytes < 1 << 20, () -> bytes + " bytes for 1,000 messages");
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private void remove(SplittableRandom random, long sequence) {
        int count = random.nextInt(3);
        long from = 1 + random.nextLong(sequence);
        for (long s = live.next(from); s >= 0 && count > 0; s = live.next(s + 1), count--) {
            live.remove(s);
            transients.remove(s);
            model.remove(s);
            taken.remove(s);
        }
        times.forget(live);
    }

    private void take(long now) {
        TreeSet<Long> found = new TreeSet<>();
        while (times.take(now, Long.MAX_VALUE)) {
            for (long s = times.takenFirst(); s <= times.takenLast(); s++) {
                if (live.contains(s)) {
                    assertTrue(found.add(s) && !taken.contains(s), "taken twice: " + s);
                }
            }
        }
        TreeSet<Long> expected = new TreeSet<>();
        model.forEach((s, due) -> {
            if (due <= now && !taken.contains(s)) {
                expected.add(s);
            }
        });
        assertEquals(expected, found, "at " + now);
        taken.addAll(found);
        assertTrue(times.earliest() > now);
    }

    private void restored() {
        SequenceSet kept = new SequenceSet();
        for (long s = live.first(); s >= 0; s = live.next(s + 1)) {
            if (!transients.contains(s)) {
                kept.add(s);
            }
        }
        DueTimes again = new DueTimes();
        times.forEach(live, transients, (first, count, due) -> {
            long last = first;
            for (long i = 1; i < count; i++) {
                last = kept.next(last + 1);
            }
            again.addRange(first, last, due, kept);
        });
        assertEquals(expectedRuns(), runs(again, kept, new SequenceSet()), "restored");
    }

    private static List<String> runs(DueTimes times, SequenceSet live, SequenceSet transients) {
        List<String> runs = new ArrayList<>();
        times.forEach(live, transients, (first, count, due) -> runs.add(first + " " + count + " " + due));
        return runs;
    }

    private List<String> expectedRuns() {
        List<String> runs = new ArrayList<>();
        long first = 0;
        long count = 0;
        long due = 0;
        for (long s = live.first(); s >= 0; s = live.next(s + 1)) {
            if (transients.contains(s)) {
                continue;
            }
            long next = model.getOrDefault(s, 0L);
            if (next != due && count > 0) {
                runs.add(first + " " + count + " " + due);
                count = 0;
            }
            if (next != 0) {
                first = count == 0 ? s : first;
                count++;
            }
            due = next;
        }
        if (count > 0) {
            runs.add(first + " " + count + " " + due);
        }
        return runs;
    }
}
