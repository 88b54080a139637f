package io.millrace.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void every_object_is_an_event_with_its_line_as_body() throws IOException {
        JsonLines source = lines("{\"e\":\"a\",\"ü\": 1 }\n\n{\"e\":\"b\"}\r\n   \n{\"e\":\"c\"}", 100, 1000);
        assertEquals(List.of("1 a {\"e\":\"a\",\"ü\": 1 }", "2 b {\"e\":\"b\"}", "3 c {\"e\":\"c\"}"), read(source));
        assertEquals(0, source.skipped().count());
    }

    @Test
    void bad_lines_are_named_by_number_and_lose_nothing_else() throws IOException {
        JsonLines source = lines(
                "{\"e\":\"a\"}\n{\"e\":\n[1,2]\n{\"e\":\"" + "x".repeat(60) + "\"}\n{} {}\n\"text\"\n{\"e\":\"b\"}\n",
                100,
                40);
        assertEquals(List.of("1 a {\"e\":\"a\"}", "2 b {\"e\":\"b\"}"), read(source));
        List<String> skipped = source.skipped().lines();
        assertEquals(5, source.skipped().count());
        assertTrue(skipped.get(0).startsWith("line 2 is not JSON: "), skipped.get(0));
        assertEquals("line 3 is JSON, but no object", skipped.get(1));
        assertEquals("line 4 is longer than 40 bytes", skipped.get(2));
        assertTrue(skipped.get(3).startsWith("line 5 is not JSON: "), skipped.get(3));
        assertEquals("line 6 is JSON, but no object", skipped.get(4));
    }

    @Test
    void bytes_that_are_no_text_are_a_bad_line() throws IOException {
        Path file = directory.resolve("events.jsonl");
        Files.write(file, new byte[] {'{', '"', 'e', '"', ':', '"', (byte) 0xFF, (byte) 0xC0, '"', '}', '\n'});
        JsonLines source = new JsonLines(file, new RoutingKey(List.of("e")), 10);
        assertEquals(List.of(), read(source));
        assertEquals(1, source.skipped().count());
    }

    @Test
    void only_the_first_bad_lines_are_named() throws IOException {
        JsonLines source = lines("x\n".repeat(20), 100, 1000);
        assertEquals(List.of(), read(source));
        assertEquals(20, source.skipped().count());
        assertEquals(6, source.skipped().lines().size());
        assertEquals("and 15 more", source.skipped().lines().get(5));
    }

    @Test
    void a_byte_order_mark_is_no_part_of_the_first_event() throws IOException {
        assertEquals(List.of("1 a {\"e\":\"a\"}"), read(lines("\uFEFF{\"e\":\"a\"}\n", 100, 1000)));
    }

    @Test
    void reading_again_gives_the_same() throws IOException {
        JsonLines source = lines("{\"e\":\"a\"}\nx\n{\"e\":\"b\"}\n", 100, 1000);
        assertEquals(read(source), read(source));
        assertEquals(1, source.skipped().count());
    }

    @Test
    void reading_ends_at_the_limit_or_when_the_sink_has_enough() throws IOException {
        assertEquals(3, read(lines("{}\n".repeat(10), 3, 1000)).size());
        List<Integer> taken = new ArrayList<>();
        lines("{}\n".repeat(10), 100, 1000).read(event -> {
            taken.add(event.number());
            return event.number() < 2;
        });
        assertEquals(List.of(1, 2), taken);
    }

    @Test
    void a_deeply_nested_line_is_a_bad_line_at_most() throws IOException {
        JsonLines source = lines("{\"e\":" + "[".repeat(100_000) + "\n{\"e\":\"b\"}\n", 100, 1 << 20);
        assertEquals(List.of("1 b {\"e\":\"b\"}"), read(source));
        assertEquals(1, source.skipped().count());
    }

    private JsonLines lines(String text, int eventsMax, int lineBytesMax) throws IOException {
        Path file = directory.resolve("events.jsonl");
        Files.writeString(file, text);
        return new JsonLines(file, new RoutingKey(List.of("e")), eventsMax, lineBytesMax);
    }

    private static List<String> read(EventSource source) throws IOException {
        List<String> events = new ArrayList<>();
        source.read(event -> {
            events.add(event.number() + " " + event.key() + " " + new String(event.body(), StandardCharsets.UTF_8));
            return true;
        });
        return events;
    }
}
