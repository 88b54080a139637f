package io.millrace.core.routing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetsTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 1000})
    void a_queue_offered_twice_is_there_once_in_its_first_place(int count) {
        Targets targets = new Targets();
        for (int round = 0; round < 3; round++) {
            for (int queue = 0; queue < count; queue++) {
                targets.add(queue * 7);
            }
        }
        assertArrayEquals(IntStream.range(0, count).map(q -> q * 7).toArray(), targets.toArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 17, 100})
    void cleared_targets_remember_nothing_of_the_message_before(int count) {
        Targets targets = new Targets();
        for (int queue = 0; queue < count; queue++) {
            targets.add(queue);
        }
        targets.add(count / 2); // offered twice: must leave no mark behind
        targets.clear();
        for (int queue = 1000; queue < 1020; queue++) {
            targets.add(queue);
        }
        for (int queue = 0; queue < count; queue++) {
            targets.add(queue);
        }
        assertEquals(20 + count, targets.size());
    }

    @Test
    void cleared_targets_are_empty() {
        Targets targets = new Targets();
        targets.add(3);
        targets.clear();
        assertEquals(0, targets.size());
    }
}
