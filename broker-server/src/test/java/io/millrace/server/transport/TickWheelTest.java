package io.millrace.server.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TickWheelTest {
    private static final int TICK = 250;

    private final List<String> heard = new ArrayList<>();
    private final Map<String, Long> pauses = new HashMap<>();
    private final Map<String, Runnable> meanwhile = new HashMap<>();
    private final TickWheel<String> wheel = new TickWheel<>(TICK, (who, now) -> {
        heard.add(who);
        meanwhile.getOrDefault(who, () -> {}).run();
        return pauses.getOrDefault(who, 0L);
    });

    private int ticks(int count, String who) {
        heard.clear();
        for (int i = 0; i < count; i++) {
            wheel.tick(0);
        }
        return Collections.frequency(heard, who);
    }

    @Test
    void who_is_restless_hears_every_tick() {
        wheel.add("restless");

        assertEquals(200, ticks(200, "restless"));
    }

    @Test
    void who_has_nothing_due_hears_once_and_never_again() {
        pauses.put("idle", TickWheel.NEVER);
        wheel.add("idle");

        assertEquals(1, ticks(1, "idle"));
        assertEquals(0, ticks(1_000, "idle"));
    }

    @Test
    void who_wants_to_hear_in_two_seconds_hears_every_eighth_tick() {
        pauses.put("beating", 2_000L);
        wheel.add("beating");
        ticks(1, "beating");

        assertEquals(0, ticks(7, "beating"));
        assertEquals(1, ticks(1, "beating"));
        assertEquals(100, ticks(800, "beating"));
    }

    @Test
    void who_is_due_beyond_the_ring_hears_no_later_than_wanted() {
        pauses.put("slow", 3_600_000L);
        wheel.add("slow");
        ticks(1, "slow");

        assertEquals(1, ticks(64, "slow"));
    }

    @Test
    void who_slept_and_is_woken_hears_at_the_next_tick() {
        pauses.put("idle", TickWheel.NEVER);
        TickWheel.Seat<String> seat = wheel.add("idle");
        ticks(5, "idle");
        wheel.soon(seat);

        assertEquals(1, ticks(1, "idle"));
    }

    @Test
    void who_leaves_hears_no_more_even_if_it_leaves_while_it_hears() {
        TickWheel.Seat<String> left = wheel.add("left");
        TickWheel.Seat<String> leaving = wheel.add("leaving");
        pauses.put("leaving", 5_000L);
        meanwhile.put("leaving", () -> wheel.remove(leaving));
        wheel.add("stays");
        wheel.remove(left);

        assertEquals(0, ticks(100, "left"));
        assertEquals(1, Collections.frequency(heard, "leaving"));
        assertEquals(100, Collections.frequency(heard, "stays"));
        List<String> all = new ArrayList<>();
        wheel.forEach(all::add);
        assertEquals(List.of("stays"), all);
    }

    @Test
    void whoever_is_in_is_found_wherever_it_waits() {
        pauses.put("idle", TickWheel.NEVER);
        pauses.put("beating", 7_500L);
        wheel.add("idle");
        wheel.add("beating");
        ticks(3, "idle");
        wheel.add("new");
        Set<String> all = new TreeSet<>();
        wheel.forEach(all::add);

        assertEquals(Set.of("idle", "beating", "new"), all);
    }
}
