package io.millrace.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import io.millrace.config.BrokerConfig;
import io.millrace.config.ConfigSources;
import io.millrace.config.Machine;
import io.millrace.server.Broker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands that talk to a running broker, against one in this process. */
class AdminCommandsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path data = Path.of("");

    private Broker broker;
    private final Set<String> run = new HashSet<>();

    @BeforeEach
    void start() throws Exception {
        ConfigSources sources = new ConfigSources();
        for (String each : List.of(
                "data.dir=" + data, "amqp.port=0", "data.min-free=8MiB", "security.password-iterations=10000")) {
            sources.set(each);
        }
        broker = Broker.start(BrokerConfig.of(sources.read(), Machine.here()));
        RunFile.ofThisProcess(broker.addresses(), broker.admin().orElse(null)).write(data);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void every_command_works_and_its_json_can_be_read() throws Exception {
        queuesAndWhatLeadsToThem();
        accounts();
        Connection connection = connect();
        var channel = connection.createChannel();
        channel.basicConsume("q", false, "tag", new DefaultConsumer(channel));
        assertEquals("tag", json("consumers list").path(0).path("consumer_tag").asText());
        assertEquals(1, json("channels list").size());
        String name = json("connections list").path(0).path("name").asText();
        json("connections close", name, "because");
        Awaitility.await().until(() -> !connection.isOpen());
        assertTrue(String.valueOf(connection.getCloseReason()).contains("because"));
        Connection one = connect();
        json("connections close-user", "guest");
        Awaitility.await().until(() -> !one.isOpen());
        Connection other = connect();
        json("connections close-all", "--vhost", "/", "bye");
        Awaitility.await().until(() -> !other.isOpen());
        json("queues delete", "q");
        json("exchanges delete", "x");
        assertEquals("ok", json("health").path("status").asText());
        json("ping");
        // There is no TLS here; TlsCommandTest has it.
        assertEquals(10, command("tls", "reload").exitCode());
        run.add("tls reload");

        Set<String> left = new HashSet<>();
        MillraceCommand.commandLine(Map.of()).getSubcommands().forEach((group, command) -> {
            if (command.getCommandSpec().userObject() instanceof AdminCommand) {
                left.add(group);
            }
            if (command.getCommandSpec().userObject() instanceof GroupCommand) {
                command.getSubcommands().keySet().forEach(below -> left.add(group + " " + below));
            }
        });
        left.removeAll(run);
        assertEquals(Set.of(), left, "commands that this test does not run");
    }

    private void queuesAndWhatLeadsToThem() throws Exception {
        json("queues declare", "q", "--arguments", "{\"x-queue-type\":\"classic\"}");
        json("exchanges declare", "x", "topic");
        json("bindings add", "x", "q", "a.#", "--arguments", "{\"n\":1}");
        assertTrue(contains(json("bindings list"), "routing_key", "a.#"));
        json("bindings remove", "x", "q", "a.#", "--arguments", "{\"n\":1}");
        assertFalse(contains(json("bindings list"), "routing_key", "a.#"));
        assertTrue(contains(json("exchanges list"), "name", "x"));
        try (Connection connection = connect()) {
            var channel = connection.createChannel();
            channel.confirmSelect();
            channel.basicPublish("", "q", null, new byte[1]);
            channel.waitForConfirmsOrDie(10_000);
        }
        assertEquals(1, json("queues list").path(0).path("messages").asInt());
        assertEquals("q", json("queues show", "q").path("name").asText());
        assertEquals(
                0,
                json("queues discard-damaged", "q", "--dry-run")
                        .path("messages")
                        .asInt(-1));
        assertTrue(json("queues purge", "q").path("text").asText().contains("lost 1 message"));
    }

    private void accounts() throws Exception {
        json("vhosts add", "other", "--description", "for tests");
        json("vhosts update", "other", "--tags", "a,b");
        assertTrue(contains(json("vhosts list"), "description", "for tests"));
        json("vhosts set-limits", "-p", "other", "{\"max-queues\":3}");
        assertEquals(
                3,
                json("vhosts limits").path(0).path("value").path("max-queues").asInt());
        json("vhosts clear-limits", "-p", "other");
        assertEquals(0, json("vhosts limits").size());

        jsonOf("secret\n", "users add", "ann");
        jsonOf("secret\n", "users check", "ann");
        assertEquals(10, withInput("wrong\n", "users", "check", "ann").exitCode());
        jsonOf("better\n", "users password", "ann");
        json("users tags", "ann", "monitoring");
        jsonOf("better\n", "users check", "ann");
        assertTrue(contains(json("users list"), "name", "ann"));
        json("users clear-password", "ann");
        assertEquals(10, withInput("better\n", "users", "check", "ann").exitCode());
        json("users set-limits", "ann", "{\"max-channels\":7}");
        assertEquals(
                7,
                json("users limits").path(0).path("value").path("max-channels").asInt());
        json("users clear-limits", "ann");

        json("permissions set", "-p", "other", "ann", "^a", ".*", "");
        assertEquals(
                "^a",
                json("permissions list", "-p", "other")
                        .path(0)
                        .path("configure")
                        .asText());
        assertEquals(
                "other",
                json("permissions list", "--user", "ann").path(0).path("vhost").asText());
        json("topic-permissions set", "-p", "other", "ann", "amq.topic", "^w", "^r");
        assertEquals(1, json("topic-permissions list", "-p", "other").size());
        json("topic-permissions clear", "-p", "other", "ann");
        json("permissions clear", "-p", "other", "ann");

        json("policies set", "limit", "^q", "{\"max-length\":10}", "--apply-to", "queues", "--priority", "3");
        assertEquals(3, json("policies list").path(0).path("priority").asInt());
        json("operator-policies set", "bound", ".*", "{\"max-length\":5}");
        assertEquals(1, json("operator-policies list").size());
        assertEquals("limit", json("queues show", "q").path("policy").asText());
        Path file = data.resolve("definitions.json");
        json("definitions export", file.toString());
        json("policies clear", "limit");
        json("operator-policies clear", "bound");
        json("definitions import", file.toString());
        assertEquals("limit", json("policies list").path(0).path("name").asText());
        assertEquals(
                "rw-------",
                java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));

        json("users delete", "ann");
        json("vhosts delete", "other");
    }

    @Test
    void names_of_rabbitmqctl_do_the_same() throws Exception {
        assertEquals(0, command("add_vhost", "v").exitCode());
        assertEquals(0, command("add_user", "bob", "secret").exitCode());
        assertEquals(0, command("set_user_tags", "bob", "administrator").exitCode());
        assertEquals(
                0,
                command("set_permissions", "-p", "v", "bob", ".*", ".*", ".*").exitCode());
        assertEquals(
                "v\t.*\t.*\t.*",
                command("list_user_permissions", "-s", "bob").out().strip());
        assertEquals(
                0,
                command("set_policy", "-p", "v", "ttl", ".*", "{\"message-ttl\":5}")
                        .exitCode());
        assertEquals(
                "name\tmessages\tstate",
                command("-q", "list_queues", "name", "messages", "state").out().strip());
        assertEquals(0, command("authenticate_user", "bob", "secret").exitCode());
        assertEquals(0, command("delete_user", "bob").exitCode());
        assertEquals(0, command("delete_vhost", "v").exitCode());
        assertEquals("[]", command("list_queues", "--formatter", "json").out().strip());
    }

    @Test
    void options_of_an_operators_scripts_are_taken_wherever_they_stand() throws Exception {
        assertEquals(0, command("queues", "declare", "q").exitCode());
        String one = "q\t0";
        for (String line : List.of(
                "-n rabbit@host -s list_queues name messages",
                "--node rabbit@host list_queues -s -p / name messages",
                "--node=rabbit@host --timeout=5 -q list_queues --no-table-headers name messages",
                "-l -t 10 --vhost=/ --silent list_queues name messages -n rabbit@host",
                "list_queues --formatter=tsv -s name -t 10 messages")) {
            CommandRun run = command(line.split(" ", -1));
            assertEquals(0, run.exitCode(), line + ": " + run.err());
            assertEquals(one, run.out().strip(), line);
        }
        for (String line : List.of(
                "-q -n rabbit@host list_queues --formatter json",
                "list_queues --formatter=json -n rabbit@host",
                "--formatter json list_queues")) {
            CommandRun run = command(line.split(" ", -1));
            assertEquals("q", MAPPER.readTree(run.out()).path(0).path("name").asText(), line + run.err());
        }
        assertTrue(MAPPER.readTree(command("-n", "rabbit@host", "-q", "status", "--formatter", "json")
                        .out())
                .path("running")
                .asBoolean());
        CommandRun ping = command("-q", "ping", "-n", "rabbit@host");
        assertEquals(0, ping.exitCode(), ping.err());
        assertEquals("", ping.out());
        assertEquals(0, command("-q", "environment").exitCode());
    }

    @Test
    void a_form_of_output_that_is_not_there_is_refused_and_no_other_is_taken_for_it() {
        CommandRun run = command("list_queues", "--formatter", "csv");
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("table, pretty_table, tsv, json"), run.err());
    }

    @Test
    void every_name_of_rabbitmqctl_leads_to_a_command() {
        RabbitNames.all().forEach((theirs, ours) -> {
            CommandLine at = MillraceCommand.commandLine(Map.of());
            for (String word : ours) {
                if (!word.startsWith("-")) {
                    at = at.getSubcommands().get(word);
                    assertTrue(at != null, theirs);
                }
            }
        });
    }

    @Test
    void what_does_not_exist_exits_with_9_and_names_the_nearest() {
        assertEquals(0, command("queues", "declare", "orders").exitCode());
        CommandRun purge = command("purge_queue", "order");
        assertEquals(9, purge.exitCode());
        assertTrue(purge.err().contains("no queue 'order' in vhost '/'"), purge.err());
        assertTrue(purge.err().contains("did you mean orders?"), purge.err());
        CommandRun user = command("users", "delete", "gest");
        assertEquals(9, user.exitCode());
        assertTrue(user.err().contains("did you mean guest?"), user.err());
        CommandRun column = command("list_queues", "mesages");
        assertEquals(2, column.exitCode());
        assertTrue(column.err().contains("did you mean messages?"), column.err());
    }

    @Test
    void what_the_broker_refuses_exits_with_10_and_says_why() {
        CommandRun policy = command("set_policy", "p", ".*", "{\"max-lenght\":5}");
        assertEquals(10, policy.exitCode());
        assertTrue(policy.err().contains("max-lenght"), policy.err());
        assertEquals(2, command("set_policy", "p", ".*", "{max").exitCode());
    }

    @Test
    void names_cannot_act_on_the_terminal() {
        String name = "red\u001b[31m\tand\u202ewide";
        CommandRun declared = command("queues", "declare", name);
        CommandRun listed = command("queues", "list", "-s", "name");
        if (declared.exitCode() == 0) {
            assertEquals("red\\u001b[31m\\tand\\u202ewide", listed.out().strip());
        }
        assertFalse((declared.out() + declared.err() + listed.out()).matches("(?s).*[\u001b\u202e].*"));
    }

    @Test
    void status_says_where_the_broker_serves_and_how_much_there_is() throws Exception {
        assertEquals(0, command("queues", "declare", "q").exitCode());
        CommandRun status = command("status", "--json");
        assertEquals(0, status.exitCode(), status.err());
        JsonNode report = MAPPER.readTree(status.out());
        assertTrue(report.path("running").asBoolean());
        assertEquals(1, report.path("queues").asInt());
        assertTrue(report.path("alarms").isEmpty());
    }

    @Test
    void broker_that_does_not_run_exits_with_6() {
        CommandRun run = CommandRun.of(
                "queues", "list", "--data", data.resolve("elsewhere").toString());
        assertEquals(6, run.exitCode());
        assertTrue(run.err().contains("does not exist"), run.err());
    }

    private Connection connect() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(broker.addresses().get(0).getPort());
        factory.setAutomaticRecoveryEnabled(false);
        return factory.newConnection();
    }

    private CommandRun command(String... args) {
        return withInput("", args);
    }

    private CommandRun withInput(String input, String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--data");
        all.add(data.toString());
        return CommandRun.withInput(Map.of(), input, all.toArray(String[]::new));
    }

    /** Runs a command with --json, which has to work. */
    private JsonNode json(String command, String... args) throws Exception {
        return jsonOf("", command, args);
    }

    private JsonNode jsonOf(String input, String command, String... args) throws Exception {
        run.add(command);
        List<String> all = new ArrayList<>(List.of(command.split(" ", -1)));
        all.addAll(List.of(args));
        all.add("--json");
        CommandRun done = withInput(input, all.toArray(String[]::new));
        assertEquals(0, done.exitCode(), command + ": " + done.err() + done.out());
        return MAPPER.readTree(done.out());
    }

    private static boolean contains(JsonNode rows, String field, String value) {
        for (JsonNode row : rows) {
            if (row.path(field).asText().equals(value)) {
                return true;
            }
        }
        return false;
    }
}
