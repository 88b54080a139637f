package io.millrace.server.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.millrace.server.clients.BrokerProcess;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** While the disk is full publishers wait, consumers go on, and nothing is lost. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 1L, unit = TimeUnit.DAYS)
class FullDiskTest {
    private static final long BYTES = 192L << 20;
    /** Below data.min-free of these brokers. */
    private static final long NEARLY_FULL = 5L << 20;

    @TempDir
    private Path directory = Path.of("");

    @BeforeAll
    static void needs() {
        Needs.volumes();
        Needs.program("fallocate", "util-linux");
    }

    @Test
    void publishers_wait_while_the_disk_is_full_and_consumers_go_on() throws Exception {
        for (int round = 0; round < Trial.ROUNDS; round++) {
            Trial trial = new Trial("full disk", round, directory.resolve("full" + round));
            try (Volume volume = Volume.create("full", BYTES, Volume.EXT4)) {
                trial.moveTo(volume.directory().resolve("data"));
                try (BrokerProcess broker = trial.start()) {
                    URI address = broker.awaitReady();
                    trial.load.begin(address);
                    trial.awaitLoad(broker, 500);
                    volume.fill(NEARLY_FULL);
                    awaitBlocked(trial);
                    volume.fill(0);
                    assertEquals(0, Files.getFileStore(volume.directory()).getUsableSpace() >> 12);
                    useWithoutRoom(trial, address);
                    assertTrue(broker.isAlive(), broker::errors);
                    long room = System.nanoTime();
                    long before = trial.load.confirmed.get();
                    volume.empty();
                    Trial.eventually().until(() -> trial.load.confirmed.get() > before + 100);
                    trial.tell("confirms again", room);
                    Trial.eventually().until(() -> trial.load.blocked.get() == 0);
                    trial.awaitLoad(broker, 200);
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

    @Test
    void broker_that_is_killed_on_a_full_disk_starts_on_it_and_gives_what_it_has() throws Exception {
        for (int round = 0; round < Trial.ROUNDS; round++) {
            Trial trial = new Trial("killed on a full disk", round, directory.resolve("killed" + round));
            try (Volume volume = Volume.create("full", BYTES, Volume.EXT4)) {
                trial.moveTo(volume.directory().resolve("data"));
                try (BrokerProcess broker = trial.start()) {
                    trial.load.begin(broker.awaitReady());
                    trial.awaitLoad(broker, 500);
                    volume.fill(NEARLY_FULL);
                    awaitBlocked(trial);
                    volume.fill(0);
                    trial.runFor(broker, 50, 500);
                    broker.kill();
                    trial.crashed();
                }
                try (BrokerProcess broker = trial.start()) {
                    URI address = broker.awaitReady();
                    trial.expectNothing(broker, address);
                }
                // The disk is as full as before: a clean stop makes no room.
                trial.expectNothingLeft();
            }
        }
    }

    private static void awaitBlocked(Trial trial) {
        Trial.eventually().until(() -> trial.load.blocked.get() > 0);
    }

    /** Consumers get on with what there is, and a queue can be deleted. */
    private static void useWithoutRoom(Trial trial, URI address) throws Exception {
        try (Connection connection = trial.load.connect(address)) {
            Channel channel = connection.createChannel();
            Topology.declare(channel, trial.history, "t.without-room", java.util.Map.of());
            trial.history.add(new History.Deleting("t.without-room"));
            channel.queueDelete("t.without-room");
            trial.history.add(new History.Deleted("t.without-room"));
            Trial.eventually().until(() -> channel.messageCount(Topology.SECOND) == 0);
        }
    }
}
