package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A test class with one broker for all its tests, and RabbitMQ's Java client with an open channel for each. */
abstract class AgainstBroker {
    /** The largest body that these brokers take. */
    static final int MESSAGE_BYTES_MAX = 20 << 20;

    private static final long PATIENCE_SECONDS = 20;

    @TempDir
    static Path directory = Path.of("");

    static @Nullable LocalBroker running;

    Connection connection = nothing();
    Channel channel = nothing();

    @BeforeAll
    static void start_broker() {
        running = LocalBroker.start(directory.resolve("data"), "amqp.max-message-size=20MiB");
    }

    @AfterAll
    static void stop_broker() {
        if (running != null) {
            running.close();
        }
    }

    @BeforeEach
    void connect() throws Exception {
        connection = broker().connect();
        channel = connection.createChannel();
    }

    @AfterEach
    void disconnect() {
        connection.abort((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    }

    static LocalBroker broker() {
        LocalBroker broker = running;
        assertNotNull(broker);
        return broker;
    }

    /** Declares a queue with a generated name that ends with the connection. */
    String queue() throws IOException {
        return channel.queueDeclare("", false, true, false, null).getQueue();
    }

    void publish(String queue, String body) throws IOException {
        channel.basicPublish("", queue, null, bytes(body));
    }

    /** Publishes the numbers from 0 as messages. */
    void publishNumbers(String queue, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            publish(queue, Integer.toString(i));
        }
    }

    /** Gets one message without settling it; waits until there is one. */
    GetResponse awaitMessage(Channel from, String queue) {
        return eventually().until(() -> from.basicGet(queue, false), got -> got != null);
    }

    int ready(String queue) throws IOException {
        return channel.queueDeclarePassive(queue).getMessageCount();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static ConditionFactory eventually() {
        return Awaitility.await().atMost(Duration.ofSeconds(PATIENCE_SECONDS)).pollInterval(Duration.ofMillis(10));
    }

    /** The next of a queue, of which there must be one within a fair time. */
    static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(next, "nothing came within " + PATIENCE_SECONDS + " s");
        return next;
    }

    /** The code with which the broker closes the channel on a call that waits for an answer. */
    static int channelError(Executable call) {
        ShutdownSignalException signal = shutdown(assertThrows(Exception.class, call));
        return assertInstanceOf(AMQP.Channel.Close.class, signal.getReason(), signal::toString)
                .getReplyCode();
    }

    /** The code with which the broker closes the connection on a call that waits for an answer. */
    static int connectionError(Executable call) {
        ShutdownSignalException signal = shutdown(assertThrows(Exception.class, call));
        return assertInstanceOf(AMQP.Connection.Close.class, signal.getReason(), signal::toString)
                .getReplyCode();
    }

    /** The code with which the broker closes a channel some time after a call that waits for nothing. */
    static int laterChannelError(Channel victim) {
        eventually().until(() -> !victim.isOpen());
        ShutdownSignalException signal = victim.getCloseReason();
        return assertInstanceOf(AMQP.Channel.Close.class, signal.getReason(), signal::toString)
                .getReplyCode();
    }

    private static ShutdownSignalException shutdown(Exception met) {
        if (met instanceof AlreadyClosedException closed) {
            return closed;
        }
        return assertInstanceOf(ShutdownSignalException.class, met.getCause(), () -> "no shutdown but " + met);
    }

    // The fields are set before every test; there is no neutral value for them.
    @SuppressWarnings({"TypeParameterUnusedInFormals", "NullAway"})
    private static <T> T nothing() {
        return null;
    }
}
