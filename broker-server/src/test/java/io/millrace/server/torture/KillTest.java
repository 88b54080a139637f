package io.millrace.server.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.clients.BrokerProcess;
import io.millrace.server.torture.Finding.Kind;
import io.millrace.server.torture.History.Event;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is killed under load, again and again, keeps what it has promised to clients. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 1L, unit = TimeUnit.DAYS)
class KillTest {
    private static final int LIVES = 3;
    private static final int SIGKILL = 128 + 9;

    @TempDir
    private Path directory = Path.of("");

    @Test
    void kill_under_load_breaks_no_promise() throws Exception {
        for (int round = 0; round < Trial.ROUNDS; round++) {
            Trial trial = new Trial("kill -9", round, directory.resolve("kill-" + round));
            for (int life = 0; life < LIVES; life++) {
                try (BrokerProcess broker = trial.start()) {
                    trial.load.begin(broker.awaitReady());
                    if (life == 0) {
                        trial.awaitLoad(broker, trial.random.nextInt(1_000));
                    } else {
                        trial.runOrCompact(broker, 100, 2_000);
                    }
                    assertEquals(SIGKILL, broker.kill());
                    trial.crashed();
                }
            }
            try (BrokerProcess broker = trial.start()) {
                URI address = broker.awaitReady();
                assertTrue(trial.replayed().stream().anyMatch(count -> count > 0), "no start had anything to apply");
                trial.expectNothing(broker, address);
            }
            trial.expectNothingLeft();
            expectBreachesToBeFound(trial.history.events());
        }
    }

    /** Negative controls on a real history. */
    private static void expectBreachesToBeFound(List<Event> events) {
        Breaches breaches = new Breaches(events);
        List<Kind> notFound = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            List<Event> broken = breaches.of(kind);
            if (broken == null) {
                System.out.println("torture: nothing happened that could be broken as " + kind);
                continue;
            }
            boolean found = Checks.findings(broken, Topology.DEAD_LETTER_QUEUES).stream()
                    .anyMatch(finding -> finding.kind() == kind);
            if (!found) {
                notFound.add(kind);
            }
        }
        assertEquals(List.of(), notFound, "breaches that were not found");
    }
}
