package io.millrace.benchmarks.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ConfirmTrackerTest {
    private final ConfirmTracker tracker = new ConfirmTracker(128);
    private final List<Long> heard = new ArrayList<>();

    @Test
    void one_confirm_for_many_counts_each_once() {
        tracker.confirm(2, false, heard::add);
        tracker.confirm(4, true, heard::add);

        assertEquals(List.of(2L, 1L, 3L, 4L), heard);
        assertEquals(4, tracker.confirmed());
    }

    @Test
    void confirm_of_what_is_confirmed_fails() {
        tracker.confirm(3, true, heard::add);
        tracker.confirm(5, false, heard::add);

        assertThrows(BrokerFailure.class, () -> tracker.confirm(2, false, heard::add));
        assertThrows(BrokerFailure.class, () -> tracker.confirm(3, true, heard::add));
        assertThrows(BrokerFailure.class, () -> tracker.confirm(5, false, heard::add));
    }

    @Test
    void confirm_too_far_ahead_fails() {
        tracker.confirm(128, false, heard::add);

        assertThrows(BrokerFailure.class, () -> tracker.confirm(129, false, heard::add));
    }

    @Test
    void any_order_confirms_every_tag_once() {
        long seed = new SplittableRandom().nextLong();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        TreeSet<Long> open = new TreeSet<>();
        long sent = 0;
        while (sent < 20_000 || !open.isEmpty()) {
            while (sent < 20_000 && open.size() < 100 && (open.isEmpty() || sent - open.first() < 100)) {
                open.add(++sent);
            }
            List<Long> all = new ArrayList<>(open);
            long tag = all.get(random.nextInt(all.size()));
            boolean multiple = random.nextInt(4) == 0;
            tracker.confirm(tag, multiple, heard::add);
            if (multiple) {
                open.headSet(tag, true).clear();
            } else {
                open.remove(tag);
            }
        }

        assertEquals(20_000, tracker.confirmed(), "seed " + seed);
        assertEquals(20_000, heard.stream().distinct().count(), "seed " + seed);
    }
}
