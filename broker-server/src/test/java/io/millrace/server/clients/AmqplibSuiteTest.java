package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tests that amqplib for Node.js ships with its package, unchanged, by the runner that its package names. */
class AmqplibSuiteTest {
    private static final Path PACKAGE = ClientScript.nodeModules().resolve("amqplib-2.0.1");
    private static final Pattern PASSED = Pattern.compile("^# pass [1-9]", Pattern.MULTILINE);

    /** Its package says one second; on a busy machine that is a test of the machine. */
    private static final String TEST_TIMEOUT = "--test-timeout=40000";

    private static final int PATIENCE_SECONDS = 50;

    @TempDir
    private static Path directory = Path.of("");

    private static @Nullable LocalBroker broker;

    @BeforeAll
    static void start_broker() {
        // A test of theirs asks for the product by its name.
        broker = LocalBroker.start(directory.resolve("data"), "amqp.product=RabbitMQ");
    }

    @AfterAll
    static void stop_broker() {
        if (broker != null) {
            broker.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bitset",
                "callback_api",
                "channel",
                "channel_api",
                "codec",
                "connect",
                "connection",
                "data",
                "frame",
                "mux",
                "recovery",
                "uri_spec"
            })
    @Timeout(value = 2 * PATIENCE_SECONDS, unit = TimeUnit.SECONDS)
    void tests_that_amqplib_ships_pass(String file) throws Exception {
        assumeInstalled();
        int port = broker == null ? 0 : broker.port();
        ClientRun run = ClientRun.of(
                List.of("node", "--test", "--test-reporter=tap", TEST_TIMEOUT, "test/" + file + ".test.js"),
                Map.of(
                        "URL",
                        "amqp://127.0.0.1:" + port,
                        "BROKER_PORT",
                        Integer.toString(port),
                        "NODE_OPTIONS",
                        "--require " + ClientScript.resource("amqplib_port.js")),
                PACKAGE,
                PATIENCE_SECONDS);
        assertEquals(0, run.exitCode(), run::output);
        assertTrue(PASSED.matcher(run.output()).find(), run::output);
    }

    @Test
    void no_test_file_of_amqplib_is_left_out() throws Exception {
        assumeInstalled();
        ValueSource listed = AmqplibSuiteTest.class
                .getDeclaredMethod("tests_that_amqplib_ships_pass", String.class)
                .getAnnotation(ValueSource.class);
        try (Stream<Path> files = Files.list(PACKAGE.resolve("test"))) {
            assertEquals(
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".test.js"))
                            .collect(Collectors.toSet()),
                    Stream.of(listed.strings()).map(name -> name + ".test.js").collect(Collectors.toSet()));
        }
    }

    private static void assumeInstalled() {
        Set<Path> needed = Set.of(PACKAGE, PACKAGE.resolveSibling("claire"));
        if (!needed.stream().allMatch(Files::isDirectory)) {
            ClientScript.missing(
                    "amqplib 2.0.1 with its tests is not installed: .ci/run, or npm install of"
                            + " broker-server/src/test/clients/package.json into target/clients",
                    "looked for " + needed);
        }
    }
}
