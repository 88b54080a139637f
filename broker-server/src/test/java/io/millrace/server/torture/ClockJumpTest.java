package io.millrace.server.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.millrace.server.clients.BrokerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The wall clock of the machine jumps by a day. While the broker runs that is nothing to it; at a start it counts. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 1L, unit = TimeUnit.DAYS)
class ClockJumpTest {
    private static final int HEARTBEAT_SECONDS = Trial.LONG ? 5 : 10;
    private static final long HOUR_MILLIS = TimeUnit.HOURS.toMillis(1);

    @TempDir
    private Path directory = Path.of("");

    @BeforeAll
    static void needs() {
        Needs.compiler();
    }

    @Test
    void jump_of_a_day_neither_expires_nor_delays_anything_until_the_next_start() throws Exception {
        for (int round = 0; round < Trial.ROUNDS; round++) {
            Trial trial = new Trial("clock jumps", round, directory.resolve("clock" + round));
            trial.load.heartbeat(HEARTBEAT_SECONDS);
            jump(0);
            Map<String, String> environment = Preloaded.withClock(directory, clock());
            try (BrokerProcess broker = trial.startIn(environment)) {
                URI address = broker.awaitReady();
                declare(address);
                publish(address, "expires-in-an-hour", "");
                publish(address, "due-in-an-hour", "later");
                trial.load.begin(address);
                for (int to : new int[] {1, -1, 0}) {
                    long open = trial.load.open();
                    jump(to);
                    trial.awaitLoad(broker, Trial.LONG ? 3_000 * HEARTBEAT_SECONDS : 500);
                    assertEquals(open, trial.load.open(), "connections that are open at day " + to);
                    assertEquals(1, count(address, "hour"), "messages that were to expire in an hour, at day " + to);
                    assertEquals(0, count(address, "due"), "messages that were to come in an hour, at day " + to);
                    assertInOrder(address, to);
                }
                broker.kill();
                trial.crashed();
            }
            jump(1);
            try (BrokerProcess broker = trial.startIn(environment)) {
                URI address = broker.awaitReady();
                Trial.eventually().until(() -> count(address, "hour") == 0);
                Trial.eventually().until(() -> count(address, "dead") == 1);
                Trial.eventually().until(() -> count(address, "due") == 1);
                trial.expectNothing(broker, address);
            }
        }
    }

    /** What is published after the jump expires and comes in its own time, not in that of the jump. */
    private static void assertInOrder(URI address, int day) throws Exception {
        try (Connection connection = BrokerProcess.factory(address).newConnection()) {
            Channel channel = connection.createChannel();
            channel.basicPublish("", "soon", properties(Map.of(), "50"), new byte[] {(byte) day});
            Trial.eventually().until(() -> channel.messageCount("soon-dead") == 1);
            assertNotNull(channel.basicGet("soon-dead", true));
            assertNull(channel.basicGet("soon", true));
            channel.basicPublish("later", "soon-due", properties(Map.of("x-delay", 50), null), new byte[1]);
            Trial.eventually().until(() -> channel.messageCount("soon-due") == 1);
            assertNotNull(channel.basicGet("soon-due", true));
        }
    }

    private static void declare(URI address) throws Exception {
        try (Connection connection = BrokerProcess.factory(address).newConnection()) {
            Channel channel = connection.createChannel();
            channel.exchangeDeclare("later", "x-delayed-message", true, false, Map.of("x-delayed-type", "direct"));
            queue(channel, "dead", Map.of());
            queue(channel, "soon-dead", Map.of());
            queue(channel, "hour", Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead"));
            queue(channel, "soon", Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "soon-dead"));
            for (String due : List.of("due", "soon-due")) {
                queue(channel, due, Map.of());
                channel.queueBind(due, "later", due);
            }
        }
    }

    private static void queue(Channel channel, String name, Map<String, Object> arguments) throws IOException {
        channel.queueDeclare(name, true, false, false, arguments);
    }

    private static void publish(URI address, String text, String exchange) throws Exception {
        try (Connection connection = BrokerProcess.factory(address).newConnection()) {
            Channel channel = connection.createChannel();
            channel.confirmSelect();
            boolean delayed = !exchange.isEmpty();
            BasicProperties properties = delayed
                    ? properties(Map.of("x-delay", HOUR_MILLIS), null)
                    : properties(Map.of(), Long.toString(HOUR_MILLIS));
            channel.basicPublish(exchange, delayed ? "due" : "hour", properties, text.getBytes(StandardCharsets.UTF_8));
            assertTrue(channel.waitForConfirms(120_000));
        }
    }

    private static BasicProperties properties(Map<String, Object> headers, @Nullable String expiration) {
        return new BasicProperties.Builder()
                .deliveryMode(2)
                .headers(headers)
                .expiration(expiration)
                .build();
    }

    private static long count(URI address, String queue) throws Exception {
        try (Connection connection = BrokerProcess.factory(address).newConnection()) {
            return connection.createChannel().messageCount(queue);
        }
    }

    /** The wall clock alone: intervals are measured by another one, which nobody sets. */
    private void jump(long days) throws IOException {
        Preloaded.setClock(clock(), TimeUnit.DAYS.toSeconds(days));
    }

    private Path clock() {
        return directory.resolve("clock");
    }
}
