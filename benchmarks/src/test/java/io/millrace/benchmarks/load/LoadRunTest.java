package io.millrace.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.benchmarks.broker.CpuMeter;
import io.millrace.benchmarks.load.FakeBroker.Fault;
import io.millrace.benchmarks.wire.BrokerFailure;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The generator against a broker that does one thing wrong: it must not go unnoticed. */
class LoadRunTest {
    /** Long where nothing may stall, short where something must. */
    private static final long PATIENT = 30_000_000_000L;

    private static final long IMPATIENT = 1_000_000_000;
    private static final Load AUTOMATIC = new Load(Shape.queues(1), 16, false, 1, 1, 0, 1000, 0, 0);
    private static final Load CONFIRMED = new Load(Shape.queues(1), 300, true, 1, 1, 50, 1000, 200, 10);

    private static Outcome run(FakeBroker broker, Load load, double perSecond, long stallNanos) throws IOException {
        return new LoadRun(broker.address(), CpuMeter.of(0), load, stallNanos).run(0.3, perSecond);
    }

    private static String failure(Fault fault, Load load) throws IOException {
        try (FakeBroker broker = new FakeBroker(fault, 25)) {
            return assertThrows(BrokerFailure.class, () -> run(broker, load, 0, IMPATIENT))
                    .getMessage();
        }
    }

    @Test
    void all_that_is_published_is_delivered_and_confirmed() throws IOException {
        try (FakeBroker broker = new FakeBroker(Fault.NONE, 0)) {
            Outcome outcome = run(broker, CONFIRMED, 0, PATIENT);

            assertTrue(outcome.published() > 0);
            assertEquals(outcome.published(), outcome.deliveries());
            assertTrue(outcome.deliveries() - broker.acknowledged() < 10, "one ack for ten");
            assertTrue(Double.isNaN(outcome.brokerSeconds()));
        }
    }

    @Test
    void fixed_rate_records_every_message_behind_the_run_in() throws IOException {
        try (FakeBroker broker = new FakeBroker(Fault.NONE, 0)) {
            Outcome outcome = run(broker, CONFIRMED, 1000, PATIENT);

            assertEquals(360, outcome.published());
            assertEquals(300, outcome.delivery().getTotalCount());
            assertEquals(300, outcome.confirm().getTotalCount());
        }
    }

    @Test
    void message_that_is_dropped_fails_the_run() throws IOException {
        assertEquals("message 26 came where 25 was due: 1 lost", failure(Fault.DROP, AUTOMATIC));
    }

    @Test
    void message_that_is_dropped_fails_the_run_where_numbers_cannot_tell() throws IOException {
        Load two = new Load(Shape.queues(2), 16, false, 1, 1, 0, 1000, 0, 0);
        String said = failure(Fault.DROP, two);

        assertTrue(said.contains("1 are missing: lost, or the broker is stuck"), said);
    }

    @Test
    void message_that_comes_twice_fails_the_run() throws IOException {
        assertEquals("message 25 came where 26 was due: twice, or out of order", failure(Fault.TWICE, AUTOMATIC));
    }

    @Test
    void message_that_was_changed_fails_the_run() throws IOException {
        assertEquals("the body of message 25 is not what was published", failure(Fault.CHANGE, AUTOMATIC));
    }

    @Test
    void confirm_that_does_not_come_fails_the_run() throws IOException {
        String said = failure(Fault.CONFIRM_NOT, CONFIRMED);

        assertTrue(said.contains("nothing has come"), said);
        assertTrue(said.contains("of them confirmed"), said);
    }

    @Test
    void message_that_is_refused_fails_the_run() throws IOException {
        assertEquals("the broker refused message 26 (basic.nack)", failure(Fault.REFUSE, CONFIRMED));
    }
}
