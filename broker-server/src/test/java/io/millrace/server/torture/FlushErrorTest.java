package io.millrace.server.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.server.ExitCode;
import io.millrace.server.clients.BrokerProcess;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A broker whose disk fails confirms nothing more and ends by itself, and what it had confirmed is there. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 1L, unit = TimeUnit.DAYS)
class FlushErrorTest {
    private static final long BYTES = 1L << 30;

    @TempDir
    private Path directory = Path.of("");

    @BeforeAll
    static void needs() {
        Needs.volumes();
    }

    @Test
    void broker_ends_by_itself_when_a_flush_fails_and_nothing_that_it_confirmed_is_lost() throws Exception {
        for (int round = 0; round < Trial.ROUNDS; round++) {
            Trial trial = new Trial("flush fails", round, directory.resolve("eio" + round));
            // The broker's file system lies on another one, and that one fails.
            Volume outer = Volume.create("outer", BYTES, Volume.EXT4);
            Volume inner = Volume.create(outer.directory(), "inner", BYTES / 2, Volume.EXT4);
            try {
                trial.moveTo(inner.directory().resolve("data"));
                try (BrokerProcess broker = trial.start()) {
                    trial.load.begin(broker.awaitReady());
                    trial.awaitLoad(broker, 300 + trial.random.nextInt(1_000));
                    outer.cut(Volume.CUT);
                    long failed = System.nanoTime();
                    assertEquals(ExitCode.STORAGE.number(), broker.awaitExit(), broker::errors);
                    trial.tell("the broker has ended", failed);
                    trial.crashed();
                }
                Path image = inner.image().getFileName();
                inner.close();
                outer = outer.survivor();
                inner = inner.survivor(outer.directory().resolve(image));
                trial.moveTo(inner.directory().resolve("data"));
                try (BrokerProcess broker = trial.start()) {
                    URI address = broker.awaitReady();
                    trial.expectNothing(broker, address);
                }
            } finally {
                inner.close();
                outer.close();
            }
        }
    }
}
