package io.millrace.benchmarks.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class CpuMeterTest {
    @Test
    void name_of_a_process_may_hold_brackets_and_spaces() {
        ProcStat stat = ProcStat.parse("17 (a (b) c) S 1 17 17 0 -1 4194304 5 6 7 8 150 30 4 2 20 0 35 0 100 1000 200");

        assertEquals(new ProcStat(1, 150, 30, 6), stat);
        assertEquals(186, stat.ticks());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void time_of_this_process_passes_and_memory_is_there() {
        CpuMeter meter = CpuMeter.ofThisProcess();
        double before = meter.seconds();
        while (meter.seconds() == before) {
            Thread.onSpinWait();
        }

        assertTrue(meter.seconds() > before);
        assertTrue(meter.residentMiB() > 10);
    }

    @Test
    void broker_is_named_with_address_process_and_login() {
        Target target = Target.parse("other=broker.example:5673,17,anna,secret,/test");

        assertEquals("other", target.name());
        assertEquals(17, target.pid());
        assertEquals("broker.example:5673", target.address().toString());
        assertEquals("anna", target.address().user());
        assertEquals("/test", target.address().virtualHost());
        assertThrows(IllegalArgumentException.class, () -> Target.parse("other=5673"));
        assertThrows(IllegalArgumentException.class, () -> Target.parse("host:5673,1"));
    }
}
