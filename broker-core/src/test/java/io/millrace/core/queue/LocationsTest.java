package io.millrace.core.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guards that a message's record is looked for where it was put. */
class LocationsTest {

    @Test
    void a_location_tells_where_it_points() {
        long memory = Locations.inMemory(70_000, 0x7FFF_FFFF, true);
        assertTrue(Locations.isInMemory(memory));
        assertTrue(Locations.isShared(memory));
        assertEquals(70_000, Locations.number(memory));
        assertEquals(0x7FFF_FFFF, Locations.offset(memory));

        long segment = Locations.inSegment(123_456, 0xFFFF_FFF0);
        assertFalse(Locations.isInMemory(segment));
        assertEquals(123_456, Locations.number(segment));
        assertEquals(0xFFFF_FFF0, Locations.offset(segment));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13})
    void behaves_as_a_map_under_random_changes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Locations locations = new Locations();
        Map<Long, Long> model = new HashMap<>();
        for (int step = 0; step < 5000; step++) {
            long sequence = step / 4 + random.nextLong(3000);
            if (random.nextInt(3) > 0) {
                long where = Locations.inMemory(1 + random.nextInt(100), random.nextInt(1 << 20), false);
                locations.set(sequence, where, step);
                model.put(sequence, where);
                assertEquals(step, locations.length(sequence));
            } else if (random.nextInt(40) == 0) {
                long to = sequence + random.nextLong(1500);
                locations.forget(sequence, to);
                model.keySet().removeIf(s -> s >= sequence && s <= to);
            } else {
                locations.forget(sequence);
                model.remove(sequence);
            }
            long probe = random.nextLong(5000);
            assertEquals(model.getOrDefault(probe, Locations.UNKNOWN), locations.where(probe));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {21, 22, 23})
    void behaves_as_a_map_when_it_holds_little_and_is_emptied_often(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Locations locations = new Locations();
        Map<Long, Long> model = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            int span = new int[] {2, 4, 15, 17, 40}[step / 500 % 5];
            long low = step / 20;
            long sequence = low + random.nextInt(span);
            if (random.nextInt(3) == 0) {
                long where = Locations.inMemory(1 + random.nextInt(100), random.nextInt(1 << 20), false);
                locations.set(sequence, where, step);
                model.put(sequence, where);
                assertEquals(step, locations.length(sequence));
            } else if (random.nextInt(10) == 0) {
                long to = sequence + random.nextInt(span);
                locations.forget(sequence, to);
                model.keySet().removeIf(s -> s >= sequence && s <= to);
            } else {
                locations.forget(sequence);
                model.remove(sequence);
            }
            for (long probe = Math.max(0, low - 20); probe < low + 60; probe++) {
                assertEquals(model.getOrDefault(probe, Locations.UNKNOWN), locations.where(probe));
            }
        }
    }
}
