package io.millrace.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import io.millrace.server.ExitCode;
import io.millrace.server.FatalException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole demonstration against a real broker. */
class DemoTest {
    private static final int EVENTS = 120;

    @TempDir
    private Path directory = Path.of("");

    private Path events = Path.of("");
    private final StringWriter printed = new StringWriter();

    @BeforeEach
    void events_with_a_bad_line() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 1; i <= EVENTS; i++) {
            String action = i % 4 == 0 ? "null" : i % 4 == 1 ? "\"geöffnet\"" : "\"closed\"";
            lines.append("{\"event\":\"")
                    .append(i % 3 == 0 ? "issue" : "push")
                    .append("\",\"action\":")
                    .append(action);
            lines.append(",\"text\":\"").append("日本 ".repeat(i * 10)).append("\"}\n");
            if (i == 50) {
                lines.append("this is not JSON\n");
            }
        }
        events = Files.writeString(directory.resolve("events.jsonl"), lines);
    }

    @Test
    void every_count_adds_up() {
        assertEquals(ExitCode.OK, demo(null, null).run(), printed::toString);
        assertPrinted("  line 51 is not JSON: ");
        assertPrinted("Published 120, confirmed 120, refused 0, returned 0");
        assertPrinted("everything          120        120        120          0          0          0   #");
        assertPrinted("Everything adds up");
        assertPrinted("x-death: rejected once from the queue 'millrace-demo.unlucky'");
    }

    @Test
    void dead_letters_are_kept_with_the_data_and_the_next_run_begins_anew() throws Exception {
        Path data = directory.resolve("data");
        for (int run = 1; run <= 2; run++) {
            assertEquals(ExitCode.OK, demo(null, data).run(), printed::toString);
        }
        try (DemoBroker broker = DemoBroker.own(data)) {
            Connection connection = broker.connect("test");
            long dead = new DemoTopology(connection).ready(DemoNames.DEAD_QUEUE);
            assertTrue(dead > 0 && dead < EVENTS, dead + " dead letters");
            assertPrinted("One of the " + dead + " dead letters");
            assertEquals(0, new DemoTopology(connection).ready(DemoNames.EVERYTHING));
        }
    }

    @Test
    void a_queue_that_is_in_use_ends_it_with_a_reason() throws Exception {
        try (DemoBroker broker = DemoBroker.own(directory.resolve("data"))) {
            Channel channel = broker.connect("other").createChannel();
            channel.queueDeclare(DemoNames.UNLUCKY, true, false, false, null);
            channel.basicConsume(DemoNames.UNLUCKY, new DefaultConsumer(channel));
            URI uri = URI.create(broker.address().replace("amqp://", "amqp://guest:guest@"));
            FatalException refusal =
                    assertThrows(FatalException.class, () -> demo(uri, null).run());
            assertTrue(String.valueOf(refusal.getMessage()).startsWith("another demonstration is running on amqp://"));
        }
    }

    private Demo demo(@Nullable URI uri, @Nullable Path data) {
        DemoOptions options =
                new DemoOptions(events, List.of("event", "action"), DemoOptions.COUNT_MAX, 0.0, uri, data, directory);
        return new Demo(options, new PrintWriter(printed), false);
    }

    private void assertPrinted(String text) {
        assertTrue(printed.toString().contains(text), () -> "'" + text + "' is not in:\n" + printed);
    }
}
