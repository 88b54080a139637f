package io.millrace.server.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LineEncoderTest {
    @Test
    void event_is_one_line_with_time_level_thread_and_class() {
        String line = encode("recovered vhost={} ms={}", null, "/", 12);

        assertTrue(line.matches("2001-09-09T01:46:40\\.000Z INFO  \\[main-1] Broker: recovered vhost=/ ms=12\n"), line);
    }

    @Test
    void control_characters_cannot_begin_a_line_or_reach_the_terminal() {
        String line = encode("closed client={}", null, "x\r\n2001-09-09 ERROR\u001b[2J\u2028\u202e\u0085\t");

        assertEquals(1, line.lines().count());
        assertTrue(line.endsWith("client=x\\r\\n2001-09-09 ERROR\\u001b[2J\\u2028\\u202e\\u0085\\t\n"), line);
    }

    @Test
    void stack_trace_follows_on_indented_lines() {
        String text = encode("failed", new IllegalStateException("bad\n2001-09-09 forged"));

        assertTrue(text.lines().skip(1).allMatch(line -> line.startsWith("    ")), text);
        assertTrue(text.contains("IllegalStateException"), text);
    }

    private static String encode(String message, @Nullable Throwable thrown, Object... arguments) {
        Logger logger = new LoggerContext().getLogger("io.millrace.server.Broker");
        LoggingEvent event = new LoggingEvent("", logger, Level.INFO, message, thrown, arguments);
        event.setThreadName("main-1");
        event.setInstant(java.time.Instant.ofEpochSecond(1_000_000_000));
        return new String(new LineEncoder().encode(event), StandardCharsets.UTF_8);
    }
}
