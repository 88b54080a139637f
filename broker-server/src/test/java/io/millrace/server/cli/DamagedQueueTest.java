package io.millrace.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import io.millrace.config.BrokerConfig;
import io.millrace.config.ConfigSources;
import io.millrace.config.Machine;
import io.millrace.server.Broker;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of messages that were damaged on the disk while the broker was stopped. */
class DamagedQueueTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** Twice the memory for messages, so that the older half lies in segments. */
    private static final int MESSAGES = 8_000;

    private static final String PADDING = "x".repeat(2_000);
    private static final int DAMAGED = 11;

    @TempDir
    private Path data = Path.of("");

    @Test
    void a_segment_that_is_damaged_as_a_whole_is_told_from_the_start_on_and_all_else_is_served() throws Exception {
        try (Broker broker = start()) {
            fill(broker, "old");
            publish(broker, "other", 10);
        }
        Path segment = segments().get(0);
        long bytes = Files.size(segment);
        flip(segment, bytes - 20);
        try (Broker broker = start()) {
            assertDamaged(broker, "old");
            assertEquals(numbers(0, 10), take(broker, "other"));
            publish(broker, "old", MESSAGES, 10);
            List<Integer> taken = take(broker, "old");
            int lost = MESSAGES + 10 - taken.size();
            assertTrue(lost > 0 && lost <= bytes / PADDING.length(), lost + " messages in " + bytes + " bytes");
            List<Integer> whole = numbers(0, MESSAGES + 10);
            int from = 0;
            while (from < taken.size() && taken.get(from).equals(whole.get(from))) {
                from++;
            }
            whole.subList(from, from + lost).clear();
            assertEquals(whole, taken, "all but one run of messages, in order");
            assertEquals(lost, queue("old").path("messages").asInt(), "what cannot be read is not thrown away");
        }
        try (Broker broker = start()) {
            assertDamaged(broker, "old");
            assertEquals(0, command("queues", "delete", "old").exitCode());
            assertHealthy(broker);
            publish(broker, "old", 10);
            assertHealthy(broker);
            assertEquals("running", queue("old").path("state").asText(), "another queue, of the same name");
        }
    }

    @Test
    void a_record_that_is_damaged_costs_this_message_only_and_its_queue_is_named_once_it_was_read() throws Exception {
        try (Broker broker = start()) {
            fill(broker, "old");
            publish(broker, "other", 10);
        }
        Path segment = segments().get(0);
        String all = Files.readString(segment, StandardCharsets.ISO_8859_1);
        flip(segment, all.indexOf("\n77\n") + 100);
        try (Broker broker = start()) {
            assertEquals(numbers(0, 10), take(broker, "other"));
            List<Integer> whole = numbers(0, MESSAGES);
            whole.remove((Integer) 77);
            assertEquals(whole, take(broker, "old"));
            assertDamaged(broker, "old");
            assertEquals(1, queue("old").path("messages").asInt());
        }
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void damage_is_found_though_nobody_reads_and_what_is_damaged_can_be_given_up() throws Exception {
        try (Broker broker = start()) {
            fill(broker, "old");
        }
        Path segment = segments().get(0);
        String all = Files.readString(segment, StandardCharsets.ISO_8859_1);
        flip(segment, all.indexOf("\n77\n") + 100);
        try (Broker broker = start()) {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(3))
                    .until(() -> queue("old").path("state").asText().equals("damaged"));
            assertDamaged(broker, "old");
            assertEquals(1, queue("old").path("messages_damaged").asInt());
            assertTrue(command("status").out().contains("messagesDamaged=1"));
            CommandRun listed = command("queues", "discard-damaged", "--dry-run", "old");
            assertEquals(0, listed.exitCode(), listed.err());
            assertTrue(listed.out().contains("sequences 78 to 78"), listed.out());
            assertEquals(1, queue("old").path("messages_damaged").asInt(), "only listed");
            CommandRun discarded = command("queues", "discard-damaged", "old");
            assertEquals(0, discarded.exitCode(), discarded.err());
            assertTrue(discarded.out().contains("sequences 78 to 78"), discarded.out());
            assertTrue(discarded.out().contains("gave up 1 damaged message(s)"), discarded.out());
            assertHealthy(broker);
            assertEquals("running", queue("old").path("state").asText());
            assertEquals(MESSAGES - 1, queue("old").path("messages").asInt());
        }
    }

    @Test
    void a_segment_that_is_missing_is_told_like_a_damaged_one() throws Exception {
        try (Broker broker = start()) {
            fill(broker, "old");
        }
        Files.delete(segments().get(0));
        try (Broker broker = start()) {
            assertDamaged(broker, "old");
            assertFalse(take(broker, "old").isEmpty());
            publish(broker, "other", 10);
            assertEquals(numbers(0, 10), take(broker, "other"));
        }
    }

    private void assertDamaged(Broker broker, String queue) throws Exception {
        String named = "stored messages of queue '" + queue + "' in vhost '/' cannot be read";
        CommandRun status = command("status");
        assertEquals(DAMAGED, status.exitCode(), status.err());
        assertTrue(status.out().contains("running=true"), status.out());
        assertTrue(status.out().contains(named), status.out());
        CommandRun health = command("health");
        assertEquals(DAMAGED, health.exitCode(), health.err());
        assertTrue(health.out().contains(named), health.out());
        CommandRun json = command("check_alarms", "--formatter", "json");
        assertEquals(DAMAGED, json.exitCode());
        assertEquals(
                queue,
                MAPPER.readTree(json.out())
                        .path("alarms")
                        .path(0)
                        .path("resource")
                        .asText());
        HttpResponse<String> check = check(broker);
        assertEquals(503, check.statusCode());
        assertTrue(check.body().contains(named), check.body());
        assertEquals("damaged", queue(queue).path("state").asText());
        assertEquals(0, command("ping").exitCode());
    }

    private void assertHealthy(Broker broker) throws Exception {
        assertEquals(0, command("status").exitCode());
        assertEquals(0, command("health").exitCode());
        assertEquals(200, check(broker).statusCode());
    }

    private static HttpResponse<String> check(Broker broker) throws Exception {
        var admin = broker.admin().orElseThrow();
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(admin.address() + "/api/health/checks/alarms"))
                                .header("Authorization", "Bearer " + admin.token())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode queue(String name) throws Exception {
        return MAPPER.readTree(command("queues", "show", name, "--json").out());
    }

    private void fill(Broker broker, String queue) throws Exception {
        publish(broker, queue, MESSAGES);
        assertFalse(segments().isEmpty(), "the test needs messages that were moved to disk");
    }

    private static void publish(Broker broker, String queue, int count) throws Exception {
        publish(broker, queue, 0, count);
    }

    private static void publish(Broker broker, String queue, int from, int count) throws Exception {
        try (Connection connection = connect(broker)) {
            Channel channel = connection.createChannel();
            channel.queueDeclare(queue, true, false, false, null);
            channel.confirmSelect();
            for (int i = from; i < from + count; i++) {
                byte[] body = ("\n" + i + "\n" + PADDING).getBytes(StandardCharsets.US_ASCII);
                channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, body);
            }
            channel.waitForConfirmsOrDie(60_000);
        }
    }

    /** The numbers of all messages that can be had. */
    private static List<Integer> take(Broker broker, String queue) throws Exception {
        List<Integer> taken = new ArrayList<>();
        try (Connection connection = connect(broker)) {
            Channel channel = connection.createChannel();
            GetResponse got = channel.basicGet(queue, true);
            while (got != null) {
                String body = new String(got.getBody(), StandardCharsets.US_ASCII);
                taken.add(Integer.valueOf(body.split("\n", -1)[1]));
                assertTrue(body.endsWith("\n" + PADDING), "the body is what was published");
                got = channel.basicGet(queue, true);
            }
        }
        return taken;
    }

    private static List<Integer> numbers(int from, int to) {
        return new ArrayList<>(
                Stream.iterate(from, i -> i + 1).limit(to - (long) from).toList());
    }

    private List<Path> segments() throws Exception {
        try (Stream<Path> tree = Files.walk(data)) {
            return tree.filter(each -> each.toString().endsWith(".seg"))
                    .sorted()
                    .toList();
        }
    }

    private static void flip(Path file, long at) throws Exception {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int was = bytes.read();
            bytes.seek(at);
            bytes.write(was ^ 4);
        }
    }

    private static Connection connect(Broker broker) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(broker.addresses().get(0).getPort());
        factory.setAutomaticRecoveryEnabled(false);
        return factory.newConnection();
    }

    private Broker start() throws Exception {
        ConfigSources sources = new ConfigSources();
        for (String each : List.of(
                "data.dir=" + data,
                "amqp.port=0",
                "data.min-free=8MiB",
                "memory.messages=8MiB",
                "security.password-iterations=10000")) {
            sources.set(each);
        }
        Broker broker = Broker.start(BrokerConfig.of(sources.read(), Machine.here()));
        RunFile.ofThisProcess(broker.addresses(), broker.admin().orElse(null)).write(data);
        return broker;
    }

    private CommandRun command(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--data");
        all.add(data.toString());
        return CommandRun.of(Map.of(), all.toArray(String[]::new));
    }
}
