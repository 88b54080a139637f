package io.millrace.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.impl.AMQConnection;
import io.millrace.config.BrokerConfig;
import io.millrace.config.ConfigException;
import io.millrace.config.ConfigSources;
import io.millrace.config.Keys;
import io.millrace.config.Machine;
import io.millrace.core.model.Arguments;
import io.millrace.core.policy.ApplyTo;
import io.millrace.core.policy.Policy;
import io.millrace.core.system.Permissions;
import io.millrace.core.system.SystemState;
import io.millrace.core.system.VirtualHostSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class TenantsTest {
    private static final long PATIENCE_SECONDS = 40;
    private static final Duration PATIENCE = Duration.ofSeconds(PATIENCE_SECONDS);

    @TempDir
    static Path directory = Path.of("");

    private Path data = directory;
    private Node node = nothing();

    @BeforeEach
    void start() throws Exception {
        data = Files.createTempDirectory(directory, "data");
        node = Node.start(config());
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void a_virtual_host_is_open_when_its_creation_is_answered_and_lives_through_a_restart() throws Exception {
        done(node.system().putVirtualHost("shop", new VirtualHostSettings("all of it", List.of("a"), "", false)));
        done(node.system().putPermissions("guest", "shop", Permissions.ALL));
        try (Connection connection = connect("guest", "guest", "shop")) {
            Channel channel = connection.createChannel();
            channel.queueDeclare("orders", true, false, false, null);
            channel.confirmSelect();
            channel.basicPublish("", "orders", MessageProperties.PERSISTENT_BASIC, new byte[10]);
            channel.waitForConfirmsOrDie(PATIENCE.toMillis());
        }
        node.close();
        node = Node.start(config());
        assertEquals(
                "all of it",
                Objects.requireNonNull(node.system().state().virtualHost("shop"))
                        .settings()
                        .description());
        try (Connection connection = connect("guest", "guest", "shop")) {
            assertEquals(1, connection.createChannel().messageCount("orders"));
        }
    }

    @Test
    void deleting_a_virtual_host_closes_its_connections_and_removes_what_it_has_stored() throws Exception {
        done(node.system().createVirtualHost("shop"));
        done(node.system().putPermissions("guest", "shop", Permissions.ALL));
        int id = Objects.requireNonNull(node.system().state().virtualHost("shop"))
                .id();
        Path stored = data.resolve("vhost").resolve(Integer.toString(id));
        assertTrue(Files.isDirectory(stored));
        Connection other = connect("guest", "guest", "/");
        Connection connection = connect("guest", "guest", "shop");
        Channel channel = connection.createChannel();
        channel.queueDeclare("orders", true, false, false, null);
        Thread traffic = new Thread(() -> publishUntilClosed(channel));
        traffic.start();
        done(node.system().deleteVirtualHost("shop"));
        assertEquals(320, closeCode(connection));
        traffic.join(PATIENCE.toMillis());
        assertFalse(Files.exists(stored));
        assertEquals(530, refused(() -> connect("guest", "guest", "shop")));
        assertTrue(other.isOpen());
        other.createChannel().queueDeclare();
        done(node.system().createVirtualHost("shop"));
        done(node.system().putPermissions("guest", "shop", Permissions.ALL));
        try (Connection again = connect("guest", "guest", "shop")) {
            Channel fresh = again.createChannel();
            assertEquals(404, channelError(() -> fresh.queueDeclarePassive("orders")));
        }
        other.abort();
    }

    @Test
    void what_a_crash_leaves_of_a_deleted_virtual_host_goes_at_the_next_start() throws Exception {
        done(node.system().createVirtualHost("shop"));
        int id = Objects.requireNonNull(node.system().state().virtualHost("shop"))
                .id();
        done(node.system().deleteVirtualHost("shop"));
        node.close();
        Path left = data.resolve("vhost").resolve(Integer.toString(id));
        Path strange = data.resolve("vhost").resolve(Integer.toString(id + 7));
        Files.createDirectories(left.resolve("wal"));
        Files.writeString(left.resolve("wal").resolve("left"), "over");
        Files.createDirectories(strange);
        node = Node.start(config());
        assertFalse(Files.exists(left));
        assertTrue(Files.exists(strange), "what was never defined here is left alone");
    }

    @Test
    void limits_of_a_virtual_host_are_kept() throws Exception {
        done(node.system()
                .putVirtualHostLimits("/", limits -> limits.connectionsMax(1).queuesMax(1)));
        Connection connection = connect("guest", "guest", "/");
        ShutdownSignalException refusal = refusal(() -> connect("guest", "guest", "/"));
        assertEquals(
                "NOT_ALLOWED - access to vhost '/' refused for user 'guest': connection limit (1) is reached",
                text(refusal));
        Channel channel = connection.createChannel();
        channel.queueDeclare("one", false, false, false, null);
        channel.queueDeclare("one", false, false, false, null);
        ShutdownSignalException full = channelClosed(() -> channel.queueDeclare("two", false, false, false, null));
        assertEquals(
                "PRECONDITION_FAILED - cannot declare queue 'two': queue limit in vhost '/' (1) is reached",
                text(full));
        connection.close();
        done(node.system()
                .putVirtualHostLimits("/", limits -> limits.connectionsMax(-1).queuesMax(-1)));
        connect("guest", "guest", "/").abort();
    }

    @Test
    void limits_of_a_user_are_kept() throws Exception {
        done(node.system()
                .putUserLimits("guest", limits -> limits.connectionsMax(1).channelsMax(2)));
        Connection connection = connect("guest", "guest", "/");
        assertEquals(
                "NOT_ALLOWED - Connection refused for user 'guest': user connection limit (1) is reached",
                text(refusal(() -> connect("guest", "guest", "/"))));
        connection.createChannel().close();
        connection.createChannel();
        connection.createChannel();
        assertThrows(IOException.class, connection::createChannel);
        assertEquals(530, closeCode(connection));
        assertEquals(
                "NOT_ALLOWED - number of channels opened for user 'guest' has reached the maximum allowed user limit"
                        + " of (2)",
                text(Objects.requireNonNull(((AMQConnection) connection).getCloseReason())));
        eventually().until(() -> node.hosts().visits().ofUser("guest") == 0);
        assertEquals(0, node.hosts().visits().channelsOfUser("guest"));
        connect("guest", "guest", "/").abort();
    }

    @Test
    void permissions_that_change_act_on_an_open_connection_and_a_deleted_user_is_closed_out() throws Exception {
        user("ada", "lovelace");
        done(node.system().putPermissions("ada", "/", Permissions.ALL));
        Connection connection = connect("ada", "lovelace", "/");
        Channel first = connection.createChannel();
        first.queueDeclare("mine", false, false, false, null);
        done(node.system().putPermissions("ada", "/", new Permissions("", "", "")));
        assertEquals(403, channelError(() -> first.queueDeclare("other", false, false, false, null)));
        done(node.system().putPermissions("ada", "/", new Permissions("^o", "", "")));
        connection.createChannel().queueDeclare("other", false, false, false, null);
        user("ada", "byron");
        connection.createChannel().close();
        assertTrue(connection.isOpen(), "a changed password closes nothing");
        done(node.system().deleteUser("ada"));
        assertEquals(320, closeCode(connection));
    }

    @Test
    void policies_act_at_once_on_queues_and_exchanges_that_are_there() throws Exception {
        try (Connection connection = connect("guest", "guest", "/")) {
            Channel channel = connection.createChannel();
            channel.queueDeclare("work", true, false, false, null);
            channel.exchangeDeclare("front", "direct", true);
            channel.exchangeDeclare("rest", "fanout", true);
            channel.queueDeclare("lost", true, false, false, null);
            channel.queueBind("lost", "rest", "");
            channel.confirmSelect();
            policy("rest", "^front$", ApplyTo.EXCHANGES, Map.of("alternate-exchange", "rest"));
            policy("short", "^work$", ApplyTo.QUEUES, Map.of("max-length", 1L));
            channel.basicPublish("front", "nowhere", null, new byte[1]);
            channel.basicPublish("", "work", null, new byte[1]);
            channel.basicPublish("", "work", null, new byte[1]);
            channel.waitForConfirmsOrDie(PATIENCE.toMillis());
            assertEquals(1, channel.messageCount("lost"));
            assertEquals(1, channel.messageCount("work"));
            done(node.system().deletePolicy("/", false, "rest"));
            done(node.system().deletePolicy("/", false, "short"));
            channel.basicPublish("front", "nowhere", null, new byte[1]);
            channel.basicPublish("", "work", null, new byte[1]);
            channel.waitForConfirmsOrDie(PATIENCE.toMillis());
            assertEquals(1, channel.messageCount("lost"));
            assertEquals(2, channel.messageCount("work"));
        }
    }

    @Test
    void a_default_queue_type_fills_declarations_that_can_have_it() throws Exception {
        done(node.system().putVirtualHost("/", new VirtualHostSettings("", List.of(), "quorum", false)));
        try (Connection connection = connect("guest", "guest", "/")) {
            Channel channel = connection.createChannel();
            channel.queueDeclare("kept", true, false, false, null);
            channel.queueDeclare("kept", true, false, false, Map.of("x-queue-type", "quorum"));
            channel.queueDeclare("passing", false, false, false, null);
            assertEquals(
                    406,
                    channelError(
                            () -> channel.queueDeclare("kept", true, false, false, Map.of("x-queue-type", "classic"))));
        }
    }

    @Test
    void memory_is_shared_out_anew_when_a_virtual_host_comes() {
        HostShares shares = new HostShares(100L << 20, 64L << 20, 16L << 20, 64 << 20, 0);
        assertEquals(100L << 20, shares.among(1).memoryBytes());
        assertEquals(50L << 20, shares.among(2).memoryBytes());
        assertEquals(4L << 20, shares.among(1_000).memoryBytes());
    }

    private void policy(String name, String pattern, ApplyTo applyTo, Map<String, Object> definition) throws Exception {
        done(node.system()
                .putPolicy("/", false, new Policy(name, pattern, applyTo, 0, new Arguments(Map.copyOf(definition)))));
    }

    private void user(String name, String password) throws Exception {
        done(node.system().putUser(name, node.logins().hash(password.getBytes(StandardCharsets.UTF_8)), List.of()));
    }

    private static void publishUntilClosed(Channel channel) {
        try {
            while (channel.isOpen()) {
                channel.basicPublish("", "orders", MessageProperties.PERSISTENT_BASIC, new byte[1_000]);
            }
        } catch (IOException | AlreadyClosedException over) {
            assertFalse(channel.isOpen());
        }
    }

    private static SystemState done(CompletionStage<SystemState> change) throws Exception {
        return change.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static int closeCode(Connection connection) {
        eventually().until(() -> !connection.isOpen());
        ShutdownSignalException reason = ((AMQConnection) connection).getCloseReason();
        return assertInstanceOf(AMQP.Connection.Close.class, reason.getReason()).getReplyCode();
    }

    private static int refused(Executable connecting) {
        return assertInstanceOf(AMQP.Connection.Close.class, refusal(connecting).getReason())
                .getReplyCode();
    }

    private static ShutdownSignalException refusal(Executable connecting) {
        IOException refused = assertThrows(IOException.class, connecting);
        return assertInstanceOf(ShutdownSignalException.class, refused.getCause());
    }

    private static ShutdownSignalException channelClosed(Executable call) {
        IOException refused = assertThrows(IOException.class, call);
        return assertInstanceOf(ShutdownSignalException.class, refused.getCause());
    }

    private static int channelError(Executable call) {
        return assertInstanceOf(AMQP.Channel.Close.class, channelClosed(call).getReason())
                .getReplyCode();
    }

    private static String text(ShutdownSignalException signal) {
        Object reason = signal.getReason();
        return reason instanceof AMQP.Connection.Close close
                ? close.getReplyText()
                : assertInstanceOf(AMQP.Channel.Close.class, reason).getReplyText();
    }

    private Connection connect(String user, String password, String virtualHost) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(node.address().getPort());
        factory.setUsername(user);
        factory.setPassword(password);
        factory.setVirtualHost(virtualHost);
        factory.setAutomaticRecoveryEnabled(false);
        factory.setConnectionTimeout(60_000);
        factory.setHandshakeTimeout(60_000);
        return factory.newConnection();
    }

    private BrokerConfig config() throws ConfigException {
        return BrokerConfig.of(
                new ConfigSources()
                        .set(Keys.DATA_DIR.name() + "=" + data)
                        .set(Keys.AMQP_PORT.name() + "=0")
                        .set(Keys.ADMIN_ENABLED.name() + "=false")
                        .set(Keys.DATA_MIN_FREE.name() + "=8MiB")
                        .set(Keys.SECURITY_PASSWORD_ITERATIONS.name() + "=10000")
                        .set(Keys.THREADS_EVENT_LOOPS.name() + "=2")
                        .read(),
                Machine.here());
    }

    private static ConditionFactory eventually() {
        return Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10));
    }

    // The field is set before every test; there is no neutral value for it.
    @SuppressWarnings({"TypeParameterUnusedInFormals", "NullAway"})
    private static <T> T nothing() {
        return null;
    }
}
