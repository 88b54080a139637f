package io.millrace.server.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.ExitCode;
import io.millrace.server.clients.BrokerProcess;
import io.millrace.server.torture.History.Confirmed;
import io.millrace.server.torture.History.Event;
import io.millrace.server.torture.History.Message;
import io.millrace.server.torture.History.Sent;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
                    URI address = broker.awaitReady();
                    trial.load.begin(address);
                    trial.awaitLoad(broker, 300 + trial.random.nextInt(1_000));
                    outer.cut(Volume.CUT);
                    long failed = System.nanoTime();
                    assertEquals(ExitCode.STORAGE.number(), broker.awaitExit(), broker::errors);
                    trial.tell("the broker has ended", failed);
                    trial.crashed();
                    // From then on no flush succeeds, so nothing that was sent later can be answered with a yes.
                    assertEquals(List.of(), confirmedOf(trial.history.events(), failed));
                    assertThrows(ConnectException.class, () -> trial.load.connect(address));
                    assertTrue(broker.errors().contains("the broker cannot go on"), broker::errors);
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

    /** Of what was sent behind that moment, what the broker has confirmed. */
    private static List<Message> confirmedOf(List<Event> events, long behindNanos) {
        Set<Message> late = new HashSet<>();
        List<Message> confirmed = new ArrayList<>();
        for (Event event : events) {
            if (event instanceof Sent sent
                    && sent.at() - behindNanos > 0
                    && !sent.queues().isEmpty()) {
                late.add(sent.message());
            } else if (event instanceof Confirmed yes && late.contains(yes.message())) {
                confirmed.add(yes.message());
            }
        }
        return confirmed;
    }
}
