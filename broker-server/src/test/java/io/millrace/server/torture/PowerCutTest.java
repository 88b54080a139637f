package io.millrace.server.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import io.millrace.server.clients.BrokerProcess;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a broker has promised holds when the power goes, at any moment of its life. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 1L, unit = TimeUnit.DAYS)
class PowerCutTest {
    private static final long BYTES = 1L << 30;
    private static final int LIVES = Trial.LONG ? 3 : 1;

    @TempDir
    private Path directory = Path.of("");

    /** What the first broker on an empty disk has done when the power goes. */
    enum First {
        ANY_MOMENT,
        DECLARED,
        CONFIRMED
    }

    @BeforeAll
    static void needs() {
        Needs.volumes();
    }

    @ParameterizedTest
    @ValueSource(strings = {Volume.EXT4, Volume.XFS})
    void power_cut_under_load_breaks_no_promise(String type) throws Exception {
        if (type.equals(Volume.XFS)) {
            Needs.program("mkfs.xfs", "xfsprogs");
        }
        for (int round = 0; round < Trial.ROUNDS; round++) {
            Trial trial = new Trial("power cut on " + type, round, directory.resolve(type + round));
            Volume volume = Volume.create("cut", BYTES, type);
            try {
                for (int life = 0; life < LIVES; life++) {
                    trial.moveTo(volume.directory().resolve("data"));
                    try (BrokerProcess broker = trial.start()) {
                        trial.load.begin(broker.awaitReady());
                        trial.runOrCompact(broker, 300, 2_500);
                        // Mostly as a power cut is; at times what was written before is there without a flush.
                        volume.cut(trial.random.nextInt(4) > 0 ? Volume.CUT : trial.random.nextInt(2));
                        broker.kill();
                        trial.crashed();
                    }
                    volume = volume.survivor();
                }
                trial.moveTo(volume.directory().resolve("data"));
                try (BrokerProcess broker = trial.start()) {
                    URI address = broker.awaitReady();
                    trial.expectNothing(broker, address);
                }
                trial.expectNothingLeft();
            } finally {
                volume.close();
            }
        }
    }

    private static Set<First> firsts() {
        return Trial.LONG ? EnumSet.allOf(First.class) : EnumSet.of(First.ANY_MOMENT, First.CONFIRMED);
    }

    @ParameterizedTest
    @MethodSource("firsts")
    void broker_whose_first_start_was_cut_starts_by_itself(First first) throws Exception {
        for (int round = 0; round < Trial.ROUNDS; round++) {
            Trial trial = new Trial("power cut at first start, " + first, round, directory.resolve("first" + round));
            Volume volume = Volume.create("first", BYTES / 4, Volume.EXT4);
            try {
                trial.moveTo(volume.directory().resolve("data"));
                try (BrokerProcess broker = trial.start()) {
                    if (first == First.ANY_MOMENT) {
                        trial.runFor(broker, 50, 2_500);
                    } else {
                        use(broker.awaitReady(), first == First.CONFIRMED);
                    }
                    volume.cut(Volume.CUT);
                    broker.kill();
                }
                volume = volume.survivor();
                trial.moveTo(volume.directory().resolve("data"));
                try (BrokerProcess broker = trial.start()) {
                    URI address = broker.awaitReady();
                    if (first != First.ANY_MOMENT) {
                        expect(address, first == First.CONFIRMED);
                    }
                    use(address, true);
                    assertEquals(0, broker.stop(), broker::errors);
                }
            } finally {
                volume.close();
            }
        }
    }

    private static void use(URI address, boolean publishes) throws Exception {
        // Without a goodbye: the cut is to come right after the answer.
        Connection connection = BrokerProcess.factory(address).newConnection();
        Channel channel = connection.createChannel();
        channel.queueDeclare("first", true, false, false, null);
        if (publishes) {
            channel.confirmSelect();
            channel.basicPublish("", "first", MessageProperties.PERSISTENT_BASIC, new byte[100]);
            channel.waitForConfirmsOrDie(120_000);
        }
    }

    private static void expect(URI address, boolean message) throws Exception {
        try (Connection connection = BrokerProcess.factory(address).newConnection()) {
            Channel channel = connection.createChannel();
            assertEquals(message ? 1 : 0, channel.queueDeclarePassive("first").getMessageCount());
            if (message) {
                assertNotNull(channel.basicGet("first", true));
            }
        }
    }
}
