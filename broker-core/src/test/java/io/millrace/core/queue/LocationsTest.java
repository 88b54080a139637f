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
}
