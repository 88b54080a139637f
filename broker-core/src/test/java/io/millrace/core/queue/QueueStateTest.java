package io.millrace.core.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.store.Segments.Run;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What applying events to a queue leads to, where a replay knows less than the life that it replays. */
class QueueStateTest {
    private final QueueState queue = new QueueState(1, new QueueSpec("q", true, false, false, Arguments.NONE));

    @Test
    void sequences_of_a_run_are_not_given_again_though_a_restart_forgot_its_last_messages() {
        for (long sequence = 1; sequence <= 5; sequence++) {
            queue.appended(sequence, Locations.inMemory(1, (int) sequence, false), 1, true);
        }
        // Sequences 6 to 10 were transient: moved with the others, and not in the log that is replayed.
        queue.moved(new Run(1, 1, 1, 10, 10, 0, 0), run -> {});
        assertEquals(11, queue.nextSequence(), "D5: a new message must not seem to lie in the segment");
    }

    @Test
    void a_run_in_which_nothing_is_live_any_more_is_given_up_at_once() {
        List<Run> emptied = new ArrayList<>();
        Run run = new Run(1, 1, 1, 10, 10, 0, 0);
        queue.moved(run, emptied::add);
        assertEquals(List.of(run), emptied);
        assertTrue(queue.runs().all().isEmpty());
    }
}
