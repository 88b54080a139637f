package io.millrace.server.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.clients.BrokerProcess;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** With a slow disk confirms are late; nothing else suffers. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 1L, unit = TimeUnit.DAYS)
class SlowDiskTest {
    private static final long BYTES = 1L << 30;
    /** A client gives up when it hears nothing for two of its heartbeats. */
    private static final int HEARTBEAT_SECONDS = 5;

    private static final int FROZEN_MILLIS = 2_500 * HEARTBEAT_SECONDS;
    private static final Path THROTTLE = Path.of("/sys/fs/cgroup/blkio");
    private static final String WRITE_LIMIT = "blkio.throttle.write_bps_device";

    @TempDir
    private Path directory = Path.of("");

    @BeforeAll
    static void needs() {
        Needs.volumes();
        Needs.program("fsfreeze", "util-linux");
    }

    @Test
    void flush_that_takes_longer_than_heartbeats_makes_confirms_late_and_nothing_else() throws Exception {
        for (int round = 0; round < Trial.ROUNDS; round++) {
            Trial trial = new Trial("frozen disk", round, directory.resolve("frozen" + round));
            try (Volume volume = Volume.create("frozen", BYTES, Volume.EXT4)) {
                trial.load.heartbeat(HEARTBEAT_SECONDS);
                trial.moveTo(volume.directory().resolve("data"));
                try (BrokerProcess broker = trial.start()) {
                    trial.load.begin(broker.awaitReady());
                    trial.awaitLoad(broker, 300);
                    long open = trial.load.open();
                    volume.freeze();
                    try {
                        broker.runFor(FROZEN_MILLIS);
                        assertEquals(open, trial.load.open(), "connections that are open");
                        // Nothing is confirmed that is not flushed.
                        long before = trial.load.confirmed.get();
                        broker.runFor(500);
                        assertEquals(before, trial.load.confirmed.get());
                    } finally {
                        volume.thaw();
                    }
                    trial.awaitLoad(broker, 200);
                    assertEquals(open, trial.load.open(), "connections that are open");
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
    @Tag("long")
    void throttled_disk_makes_confirms_late_and_nothing_else() throws Exception {
        Needs.that(
                Files.isWritable(THROTTLE.resolve(WRITE_LIMIT)),
                "no control group limits writes: mount the blkio controller of version 1 at " + THROTTLE);
        // Of builds that were killed; a group that is in use is not removed.
        try (DirectoryStream<Path> left = Files.newDirectoryStream(THROTTLE, "millrace-torture-*")) {
            left.forEach(group -> Shell.attempt("rmdir", group.toString()));
        }
        for (int round = 0; round < Trial.ROUNDS; round++) {
            Trial trial = new Trial("throttled disk", round, directory.resolve("slow" + round));
            Path group = THROTTLE.resolve(
                    "millrace-torture-" + ProcessHandle.current().pid());
            try (Volume volume = Volume.create("slow", BYTES, Volume.EXT4)) {
                trial.load.heartbeat(HEARTBEAT_SECONDS);
                trial.moveTo(volume.directory().resolve("data"));
                Files.createDirectories(group);
                String numbers = Files.readString(Path.of(
                                "/sys/block",
                                Path.of(volume.device()).getFileName().toString(),
                                "dev"))
                        .strip();
                try (BrokerProcess broker = trial.start()) {
                    trial.load.begin(broker.awaitReady());
                    trial.awaitLoad(broker, 300);
                    long open = trial.load.open();
                    Files.writeString(group.resolve(WRITE_LIMIT), numbers + " 262144");
                    Files.writeString(group.resolve("cgroup.procs"), Long.toString(broker.pid()));
                    broker.runFor(FROZEN_MILLIS);
                    assertEquals(open, trial.load.open(), "connections that are open");
                    Files.writeString(group.resolve(WRITE_LIMIT), numbers + " 0");
                    trial.awaitLoad(broker, 200);
                    assertTrue(broker.isAlive(), broker::errors);
                    broker.kill();
                    trial.crashed();
                }
                try (BrokerProcess broker = trial.start()) {
                    URI address = broker.awaitReady();
                    trial.expectNothing(broker, address);
                }
            } finally {
                Shell.attempt("rmdir", group.toString());
            }
        }
    }
}
