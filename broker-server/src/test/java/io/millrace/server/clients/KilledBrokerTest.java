package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.clients.History.Confirmed;
import io.millrace.server.clients.History.Drained;
import io.millrace.server.clients.History.Killed;
import io.millrace.server.clients.HistoryCheck.Finding;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is killed under load, again and again, keeps what it has promised to clients. */
class KilledBrokerTest {
    private static final int LIVES = Integer.getInteger("millrace.test.lives", 4);
    private static final int SIGKILL = 128 + 9;

    @TempDir
    private Path directory = Path.of("");

    @Test
    @EnabledOnOs(OS.LINUX)
    @Timeout(value = 30L, unit = TimeUnit.MINUTES)
    void kill_under_load_loses_no_confirmed_message_and_breaks_no_other_promise() throws Exception {
        long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        System.out.println("KilledBrokerTest: seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        Path data = directory.resolve("data");
        History history = new History();
        KillLoad load = new KillLoad(seed, history);
        for (int life = 0; life < LIVES; life++) {
            try (BrokerProcess broker = start(data)) {
                URI address = broker.awaitReady();
                KillLoad.declare(address);
                load.begin(address);
                broker.runFor(300 + random.nextInt(1_700));
                assertEquals(SIGKILL, broker.kill());
                load.awaitEnd();
                history.add(new Killed());
            }
        }
        try (BrokerProcess broker = start(data)) {
            int left = load.drain(broker.awaitReady());
            System.out.println("KilledBrokerTest: " + left + " messages left, events " + summary(history));
            history.add(new Drained());
            assertEquals(0, broker.stop(), broker::errors);
        }
        try (BrokerProcess broker = start(data)) {
            assertEquals(0, load.drain(broker.awaitReady()), "messages came back after a clean stop");
        }
        List<Finding> findings = HistoryCheck.findings(history.events());
        assertEquals(
                List.of(),
                findings.subList(0, Math.min(20, findings.size())),
                () -> findings.size() + " findings, seed " + seed);
        assertTrue(history.events().stream().anyMatch(Confirmed.class::isInstance), "nothing was confirmed");
    }

    private BrokerProcess start(Path data) throws Exception {
        // Small files, so that some are retired and reused within seconds.
        return BrokerProcess.start(data, directory.resolve("stderr"), "storage.wal-file=4MiB");
    }

    private static String summary(History history) {
        return history.events().stream()
                .collect(java.util.stream.Collectors.groupingBy(
                        event -> event.getClass().getSimpleName(),
                        java.util.TreeMap::new,
                        java.util.stream.Collectors.counting()))
                .toString();
    }
}
