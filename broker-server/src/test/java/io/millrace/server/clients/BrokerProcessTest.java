package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broker processes and the directory that their data lies in. */
class BrokerProcessTest {
    private static final int IN_USE_OR_NEWER = 4;

    @TempDir
    private Path directory = Path.of("");

    @Test
    void second_broker_on_a_directory_is_refused_and_the_first_goes_on() throws Exception {
        try (BrokerProcess first = start("first")) {
            URI address = first.awaitReady();
            try (BrokerProcess second = start("second")) {
                assertEquals(IN_USE_OR_NEWER, second.awaitExit(), second::errors);
                assertTrue(second.errors().contains(data().toString()), second::errors);
            }
            publish(address, "m");
            assertEquals("m", get(address));
            assertEquals(0, first.stop());
        }
    }

    @Test
    void sigterm_ends_it_with_0_and_the_start_after_it_finds_everything() throws Exception {
        for (int i = 0; i < 2; i++) {
            try (BrokerProcess broker = start("log")) {
                URI address = broker.awaitReady();
                if (i > 0) {
                    assertEquals("m" + (i - 1), get(address));
                }
                publish(address, "m" + i);
                assertEquals(0, broker.stop(), broker::errors);
            }
        }
    }

    @Test
    void directory_is_free_again_after_a_kill() throws Exception {
        try (BrokerProcess broker = start("log")) {
            publish(broker.awaitReady(), "m");
            broker.kill();
        }
        try (BrokerProcess broker = start("log")) {
            assertEquals("m", get(broker.awaitReady()));
        }
    }

    @Test
    void data_of_a_newer_format_is_refused_and_stays_as_it_is() throws Exception {
        try (BrokerProcess broker = start("log")) {
            publish(broker.awaitReady(), "m");
            broker.stop();
        }
        Path format = data().resolve("FORMAT");
        String ours = Files.readString(format);
        Files.writeString(format, ours.replaceFirst(" [0-9]+", " 999"));
        Map<String, String> before = contents();
        try (BrokerProcess broker = start("newer")) {
            assertEquals(IN_USE_OR_NEWER, broker.awaitExit(), broker::errors);
            assertTrue(broker.errors().contains("999"), broker::errors);
        }
        assertEquals(before, contents());
        Files.writeString(format, ours);
        try (BrokerProcess broker = start("log")) {
            assertEquals("m", get(broker.awaitReady()));
        }
    }

    /** Every file below the data directory, with a digest of its bytes. */
    private Map<String, String> contents() throws Exception {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> tree = Files.walk(data())) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                contents.put(data().relativize(file).toString(), HexFormat.of().formatHex(digest));
            }
        }
        return contents;
    }

    private BrokerProcess start(String log) throws IOException {
        return BrokerProcess.start(data(), directory.resolve(log));
    }

    private Path data() {
        return directory.resolve("data");
    }

    private static void publish(URI address, String text) throws Exception {
        try (Connection connection = BrokerProcess.factory(address).newConnection()) {
            Channel channel = connection.createChannel();
            channel.queueDeclare("q", true, false, false, null);
            channel.confirmSelect();
            channel.basicPublish("", "q", MessageProperties.PERSISTENT_BASIC, AgainstBroker.bytes(text));
            channel.waitForConfirmsOrDie(20_000);
        }
    }

    /** Takes the only message. */
    private static String get(URI address) throws Exception {
        try (Connection connection = BrokerProcess.factory(address).newConnection()) {
            Channel channel = connection.createChannel();
            var got = channel.basicGet("q", true);
            assertNotNull(got, "the message is not there");
            assertNull(channel.basicGet("q", true));
            return AgainstBroker.text(got.getBody());
        }
    }
}
