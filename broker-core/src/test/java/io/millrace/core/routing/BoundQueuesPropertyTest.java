package io.millrace.core.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundQueuesPropertyTest {

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void counts_bindings_of_each_queue_like_a_map(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int range = random.nextInt(2, 400);
        BoundQueues bound = new BoundQueues();
        Map<Integer, Integer> model = new TreeMap<>();
        for (int step = 0; step < 5_000; step++) {
            int queue = random.nextInt(range) * 64;
            boolean growing = step / 1_000 % 2 == 0;
            if (random.nextInt(10) < (growing ? 7 : 3)) {
                bound.add(queue);
                model.merge(queue, 1, Integer::sum);
            } else if (model.containsKey(queue)) {
                bound.remove(queue);
                model.computeIfPresent(queue, (q, count) -> count == 1 ? null : count - 1);
            }
            if (step % 50 == 0) {
                Targets targets = new Targets();
                bound.addTo(targets);
                assertEquals(model.keySet(), Routing.queues(targets.toArray()));
            }
            assertEquals(model.size(), bound.size());
        }
    }

    @Test
    void removing_a_queue_that_is_not_there_is_a_defect() {
        BoundQueues bound = new BoundQueues();
        bound.add(1);
        assertThrows(IllegalStateException.class, () -> bound.remove(2));
    }
}
