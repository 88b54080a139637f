package io.millrace.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeadLetterTest {

    @Test
    void its_history_is_told_in_words() {
        Map<String, Object> death = Map.of(
                "count",
                1L,
                "reason",
                "rejected",
                "queue",
                "q",
                "time",
                Date.from(Instant.parse("2026-01-02T03:04:05Z")),
                "exchange",
                "x",
                "routing-keys",
                List.of("a.b", "c"));
        assertEquals(
                List.of(
                        "event 7, routing key 'a.b', 2 bytes: {}",
                        "x-death: rejected once from the queue 'q', first at 2026-01-02T03:04:05Z, where it had come by"
                                + " the exchange 'x' with the routing key 'a.b', 'c'"),
                DeadLetter.lines("7", "a.b", bytes("{}"), Map.of("x-death", List.of(death))));
    }

    @Test
    void a_message_without_history_says_so() {
        assertEquals(
                "it has no x-death header",
                DeadLetter.lines(null, "k", bytes(""), Map.of()).get(1));
    }

    @Test
    void a_body_is_cut_and_cannot_steer_a_terminal() {
        String line = DeadLetter.lines("1", "k", bytes("\u001b[2J" + "ü".repeat(5_000)), Map.of())
                .get(0);
        assertFalse(line.contains("\u001b"));
        assertTrue(line.length() < 250 && line.endsWith(" ..."), line);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
