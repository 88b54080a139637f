package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Connection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RabbitMQ's load generator with the options that people use. How fast it is, is no matter here. */
class PerfTestTest {
    private static final Path JARS =
            Path.of("..", "target", "clients", "perf-test").toAbsolutePath().normalize();
    private static final Pattern SENT = Pattern.compile("sending rate avg: ([0-9]+) msg/s");
    private static final Pattern RECEIVED = Pattern.compile("receiving rate avg: ([0-9]+) msg/s");
    private static final int PATIENCE_SECONDS = 50;

    @TempDir
    private static Path directory = Path.of("");

    private static @Nullable LocalBroker broker;

    @BeforeAll
    static void start_broker() {
        broker = LocalBroker.start(directory.resolve("data"));
    }

    @AfterAll
    static void stop_broker() {
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void confirms_prefetch_multiple_acks_and_flags() throws Exception {
        run("-x 2 -y 2 -u perf.confirms -c 50 -q 20 -A 10 -f persistent -f mandatory -s 500 -ad false -z 2");
    }

    @Test
    void automatic_acks_channels_and_frames() throws Exception {
        run("-x 2 -y 2 -X 3 -Y 3 -u perf.autoack -a -s 20000 -M 8192 -b 5 -z 2");
    }

    @Test
    void queues_by_pattern_with_rates_and_sizes_that_vary() throws Exception {
        run("-qp perf-%d -qpf 1 -qpt 3 -x 3 -y 3 -vr 200:1 -vr 500:1 -vs 100:1 -vs 20000:1 -c 10 -z 3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"topic", "headers"})
    void exchanges_of_other_types(String type) throws Exception {
        run("-t " + type + " -e perf." + type + " -u perf.of." + type + " -k a.b.c -y 2 -r 500 -z 2");
    }

    @Test
    void random_routing_keys_of_exclusive_queues() throws Exception {
        run("-K -E -t fanout -e perf.random -y 2 -r 500 -z 2");
    }

    @Test
    void queue_and_exchange_that_are_there_already() throws Exception {
        if (broker != null && installed()) {
            try (Connection connection = broker.connect()) {
                var channel = connection.createChannel();
                channel.queueDeclare("perf.predeclared", true, false, false, Map.of("x-message-ttl", 60_000));
                channel.exchangeDeclare("perf.predeclared", "direct", true);
                channel.queueBind("perf.predeclared", "perf.predeclared", "k");
            }
        }
        run("--predeclared -u perf.predeclared -e perf.predeclared -k k -r 500 -z 2");
    }

    @Test
    void queue_arguments_and_message_properties() throws Exception {
        run("-u perf.arguments -qa x-message-ttl=60000,x-max-length=100000,x-max-priority=5"
                + " -mp priority=3,contentType=text/plain,custom=value -x 2 -y 2 -r 500 -z 2");
    }

    @Test
    void messages_that_are_all_refused() throws Exception {
        run("-u perf.nack --nack --requeue false -q 10 -A 3 -r 500 -z 2");
    }

    @Test
    void messages_that_are_all_given_back() throws Exception {
        run("-u perf.requeue --nack -q 10 -r 100 -z 2");
    }

    @Test
    void transactions_of_publishers_and_consumers() throws Exception {
        run("-u perf.tx -m 5 -n 5 -r 500 -z 2");
    }

    @Test
    void consumers_that_ask_for_each_message() throws Exception {
        run("-u perf.get -po -pi 1 -r 200 -z 2");
    }

    @Test
    void counted_messages_to_the_last() throws Exception {
        run("-u perf.counted -C 3000 -D 3000 -f persistent -c 100 -q 100");
    }

    /** Runs it with these options, separated by spaces; it must send, receive and end well. */
    private static void run(String options) throws Exception {
        if (broker == null) {
            throw new IllegalStateException("no broker");
        }
        run("amqp://guest:guest@127.0.0.1:" + broker.port(), options);
    }

    static void run(String url, String options) throws Exception {
        if (!installed()) {
            ClientScript.missing(
                    "PerfTest is not installed: .ci/run, or mvn -f broker-server/src/test/clients/perf-test-pom.xml"
                            + " dependency:copy-dependencies -DoutputDirectory=$PWD/target/clients/perf-test",
                    "looked for jars in " + JARS);
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                JARS.resolve("*").toString(),
                "com.rabbitmq.perf.PerfTest",
                "--uri",
                url));
        command.addAll(List.of(options.split(" ", 0)));
        ClientRun run = ClientRun.of(command, Map.of(), Path.of("").toAbsolutePath(), PATIENCE_SECONDS);
        assertEquals(0, run.exitCode(), run::output);
        assertFalse(run.output().contains("Exception"), run::output);
        assertTrue(rate(SENT, run) > 0, run::output);
        assertTrue(rate(RECEIVED, run) > 0, run::output);
    }

    private static boolean installed() {
        return Files.isDirectory(JARS);
    }

    private static int rate(Pattern pattern, ClientRun run) {
        Matcher matcher = pattern.matcher(run.output());
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
