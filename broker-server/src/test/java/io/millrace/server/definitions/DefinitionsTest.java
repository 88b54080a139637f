package io.millrace.server.definitions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.millrace.config.BrokerConfig;
import io.millrace.config.ConfigException;
import io.millrace.config.ConfigSources;
import io.millrace.config.Keys;
import io.millrace.config.Machine;
import io.millrace.core.system.SystemState;
import io.millrace.core.system.User;
import io.millrace.core.system.UserLimits;
import io.millrace.core.system.VirtualHostDefinition;
import io.millrace.core.system.VirtualHostLimits;
import io.millrace.server.node.Node;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefinitionsTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void a_file_with_everything_is_in_effect_and_what_is_not_is_reported_with_its_place() throws Exception {
        Node node = Node.start(config());
        try {
            ImportReport report = imports(node).all(file());
            assertEquals(
                    List.of(
                            "$.users[3] refused",
                            "$.parameters[2] refused",
                            "$.policies[1].definition passed over",
                            "$.policies[2] refused",
                            "$.queues[1].colour passed over",
                            "$.queues[3] refused",
                            "$.bindings[3] refused",
                            "$.topics passed over"),
                    report.problems().stream()
                            .map(each -> each.path() + (each.refused() ? " refused" : " passed over"))
                            .toList());
            assertEquals(
                    Map.of(
                            "vhosts", 2,
                            "users", 3,
                            "permissions", 3,
                            "topic_permissions", 1,
                            "global_parameters", 2,
                            "parameters", 2,
                            "policies", 2,
                            "exchanges", 2,
                            "queues", 3,
                            "bindings", 3),
                    report.done());
            assertFalse(report.isComplete());
            check(node.system().state());
            try (Connection connection = connect(node, "ada", "lovelace", "shop")) {
                Channel channel = connection.createChannel();
                channel.confirmSelect();
                channel.basicPublish("front", "a.b", null, new byte[1]);
                channel.basicPublish("front", "nowhere", null, new byte[1]);
                channel.waitForConfirmsOrDie(60_000);
                assertEquals(1, channel.messageCount("orders"));
                assertEquals(1, channel.messageCount("unrouted"));
            }
        } finally {
            node.close();
        }
    }

    @Test
    void what_is_exported_leads_to_the_same_when_it_is_imported_elsewhere_and_again() throws Exception {
        ObjectNode exported;
        Node first = Node.start(config());
        try {
            imports(first).all(file());
            exported = export(first).all();
        } finally {
            first.close();
        }
        directory = Files.createDirectory(directory.resolve("second"));
        Node second = Node.start(config());
        try {
            byte[] bytes = DefinitionsExport.bytes(exported);
            ImportReport report = imports(second).all(bytes);
            assertEquals(List.of(), report.problems());
            assertEquals(exported, export(second).all());
            SystemState before = second.system().state();
            assertEquals(List.of(), imports(second).all(bytes).problems());
            assertEquals(before, second.system().state(), "nothing is logged again");
        } finally {
            second.close();
        }
    }

    @Test
    void a_hash_of_another_broker_lets_the_user_in_and_is_replaced_by_ours() throws Exception {
        Node node = Node.start(config());
        try {
            imports(node).all(file());
            assertThrows(IOException.class, () -> connect(node, "ada", "byron", "shop"));
            connect(node, "ada", "lovelace", "shop").close();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(40))
                    .until(() -> user(node, "ada").passwordHash().startsWith("pbkdf2-sha256$"));
            connect(node, "ada", "lovelace", "shop").close();
            connect(node, "mary", "shelley", "shop").close();
            assertThrows(IOException.class, () -> connect(node, "machine", "", "shop"));
        } finally {
            node.close();
        }
    }

    @Test
    void a_file_of_one_virtual_host_goes_into_any() throws Exception {
        Node node = Node.start(config());
        try {
            imports(node).all(file());
            ObjectNode shop = export(node).of("shop");
            node.system().createVirtualHost("copy").toCompletableFuture().join();
            ImportReport report = imports(node).into("copy", DefinitionsExport.bytes(shop));
            assertEquals(List.of(), report.problems());
            assertEquals(shop, export(node).of("copy"));
            ImportReport whole = imports(node).into("copy", file());
            assertTrue(whole.problems().stream().anyMatch(each -> each.path().equals("$.users")));
            assertThrows(DefinitionsException.class, () -> imports(node).into("nowhere", file()));
        } finally {
            node.close();
        }
    }

    @Test
    void what_is_no_definitions_changes_nothing() throws Exception {
        Node node = Node.start(config());
        try {
            SystemState before = node.system().state();
            for (String bad : List.of(
                    "",
                    "[]",
                    "{\"users\":[{\"name\":\"a\"}]",
                    "{\"users\":[]} {}",
                    "{\"a\":" + "[".repeat(200) + "]".repeat(200) + "}",
                    "{\"a\":" + "1".repeat(1_000) + "}",
                    "{\"vhosts\":[],\"vhosts\":[]}")) {
                assertThrows(DefinitionsException.class, () -> imports(node).all(bad.getBytes(StandardCharsets.UTF_8)));
            }
            assertThrows(DefinitionsException.class, () -> imports(node).all(new byte[(10 << 20) + 1]));
            assertEquals(before, node.system().state());
        } finally {
            node.close();
        }
    }

    @Test
    void a_file_in_the_configuration_is_carried_out_before_clients_are_served() throws Exception {
        Path file = directory.resolve("definitions.json");
        Files.write(file, file());
        ConfigSources sources = sources().set(Keys.DEFINITIONS_IMPORT.name() + "=" + file);
        for (int start = 0; start < 2; start++) {
            Node node = Node.start(BrokerConfig.of(sources.read(), Machine.here()));
            try (Connection connection = connect(node, "ada", "lovelace", "shop")) {
                connection.createChannel().queueDeclarePassive("orders");
                assertEquals(null, node.system().state().user("guest"), "no default user");
            } finally {
                node.close();
            }
        }
        Files.writeString(file, "{");
        IOException refused =
                assertThrows(IOException.class, () -> Node.start(BrokerConfig.of(sources.read(), Machine.here())));
        assertTrue(String.valueOf(refused.getMessage()).contains("definitions.json"), refused::toString);
    }

    private static void check(SystemState state) {
        VirtualHostDefinition shop = Objects.requireNonNull(state.virtualHost("shop"));
        assertEquals("quorum", shop.settings().defaultQueueType());
        assertEquals("what we sell", shop.settings().description());
        assertEquals(new VirtualHostLimits(50, 10), shop.limits());
        User ada = Objects.requireNonNull(state.user("ada"));
        assertEquals(List.of("administrator", "nice"), ada.tags());
        assertEquals(new UserLimits(20, 100), ada.limits());
        assertEquals(1, state.topicPermissions("mary", shop.id()).size());
        assertNotNull(state.policies(shop.id()).named(true, "bounds"));
        assertEquals(
                Map.of("message-ttl", 3_600_000L),
                Objects.requireNonNull(state.policies(shop.id()).named(false, "mirrored"))
                        .definition()
                        .values());
        assertEquals("\"somewhere\"", state.globalParameters().get("cluster_name"));
    }

    private static User user(Node node, String name) {
        return Objects.requireNonNull(node.system().state().user(name));
    }

    private static DefinitionsImport imports(Node node) {
        return new DefinitionsImport(node.system(), node.hosts(), node.logins());
    }

    private static DefinitionsExport export(Node node) {
        return new DefinitionsExport(node.system(), node.hosts(), "0");
    }

    private static byte[] file() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(DefinitionsTest.class.getResourceAsStream("/definitions.json"), "resource")) {
            return in.readAllBytes();
        }
    }

    private static Connection connect(Node node, String user, String password, String virtualHost) throws Exception {
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
        return BrokerConfig.of(sources().read(), Machine.here());
    }

    private ConfigSources sources() {
        return new ConfigSources()
                .set(Keys.DATA_DIR.name() + "=" + directory.resolve("data"))
                .set(Keys.AMQP_PORT.name() + "=0")
                .set(Keys.ADMIN_ENABLED.name() + "=false")
                .set(Keys.DATA_MIN_FREE.name() + "=8MiB")
                .set(Keys.SECURITY_PASSWORD_ITERATIONS.name() + "=10000")
                .set(Keys.THREADS_EVENT_LOOPS.name() + "=2");
    }
}
