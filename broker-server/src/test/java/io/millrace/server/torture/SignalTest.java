package io.millrace.server.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.ExitCode;
import io.millrace.server.clients.BrokerProcess;
import java.net.URI;
import java.nio.file.Path;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A broker under load that is stopped, halted for a while, or started a second time. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 1L, unit = TimeUnit.DAYS)
class SignalTest {
    private static final int LIVES = Trial.LONG ? 2 : 1;
    private static final int HALTED_MILLIS = Trial.LONG ? 10_000 : 3_000;

    @TempDir
    private Path directory = Path.of("");

    @Test
    void sigterm_under_load_ends_it_cleanly_and_breaks_no_promise() throws Exception {
        for (int round = 0; round < Trial.ROUNDS; round++) {
            Trial trial = new Trial("SIGTERM", round, directory.resolve("term" + round));
            for (int life = 0; life < LIVES; life++) {
                try (BrokerProcess broker = trial.start()) {
                    trial.load.begin(broker.awaitReady());
                    trial.awaitLoad(broker, 200 + trial.random.nextInt(1_500));
                    long asked = System.nanoTime();
                    assertEquals(0, broker.stop(), broker::errors);
                    trial.tell("the broker has ended", asked);
                    trial.stopped();
                }
            }
            try (BrokerProcess broker = trial.start()) {
                URI address = broker.awaitReady();
                assertEquals(Collections.nCopies(LIVES + 1, 0L), trial.replayed(), "frames that starts had to apply");
                trial.expectNothing(broker, address);
            }
        }
    }

    @Test
    void broker_that_was_halted_goes_on_and_a_second_one_is_refused() throws Exception {
        for (int round = 0; round < Trial.ROUNDS; round++) {
            Trial trial = new Trial("SIGSTOP", round, directory.resolve("halt" + round));
            try (BrokerProcess broker = trial.start()) {
                trial.load.begin(broker.awaitReady());
                trial.awaitLoad(broker, 300);
                long open = trial.load.open();
                try (BrokerProcess second = trial.start()) {
                    assertEquals(ExitCode.DATA_DIRECTORY.number(), second.awaitExit(), second::errors);
                }
                Shell.run("kill", "-STOP", Long.toString(broker.pid()));
                try {
                    broker.runFor(HALTED_MILLIS);
                } finally {
                    Shell.run("kill", "-CONT", Long.toString(broker.pid()));
                }
                trial.awaitLoad(broker, 200);
                assertEquals(open, trial.load.open(), "connections that are open");
                assertTrue(broker.isAlive());
                broker.kill();
                trial.crashed();
            }
            try (BrokerProcess broker = trial.start()) {
                URI address = broker.awaitReady();
                trial.expectNothing(broker, address);
            }
        }
    }
}
