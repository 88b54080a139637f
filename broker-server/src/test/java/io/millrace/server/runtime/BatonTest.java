package io.millrace.server.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatonTest {
    private final LoopPair loops = new LoopPair();
    private final Baton baton = new Baton(loops.first);

    @AfterEach
    void end() {
        loops.close();
    }

    @Test
    void only_one_loop_has_it_at_a_time() {
        assertTrue(baton.ask(loops.first));
        assertFalse(baton.ask(loops.second));
        assertFalse(baton.take(loops.second));
        baton.letGo(loops.first);
        assertTrue(baton.isFree());
        assertTrue(baton.ask(loops.second));
        assertTrue(baton.isHeldBy(loops.second));
    }

    @Test
    void after_little_work_it_goes_to_whoever_asks() {
        hold(10);
        assertTrue(baton.ask(loops.second));
        baton.letGo(loops.second);
        assertEquals(loops.second, baton.last());
    }

    @Test
    void after_much_work_it_stays_where_it_is_until_there_is_little_again() {
        hold(2 * Baton.BUSY_COMMANDS);
        assertFalse(baton.ask(loops.second));
        hold(0);
        assertFalse(baton.ask(loops.second));
        hold(0);
        assertTrue(baton.ask(loops.second));
    }

    @Test
    void bytes_are_work_as_well() {
        assertTrue(baton.take(loops.first));
        baton.worked((long) Baton.COMMAND_BYTES * Baton.BUSY_COMMANDS);
        baton.letGo(loops.first);
        assertFalse(baton.ask(loops.second));
        assertTrue(baton.ask(loops.first));
    }

    private void hold(int commands) {
        assertTrue(baton.take(loops.first));
        for (int i = 0; i < commands; i++) {
            baton.worked(0);
        }
        baton.letGo(loops.first);
    }
}
