package io.millrace.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void what_it_cannot_do_exits_with_2_and_says_why() throws Exception {
        Path empty = Files.createFile(directory.resolve("empty.jsonl"));
        refused("--count is 0", "--count", "0");
        refused("--rate is -1.0", "--rate", "-1");
        refused("--rate is NaN", "--rate", "NaN");
        refused("does not go with --uri", "--data", "x", "--uri", "amqp://localhost");
        refused("does not exist", "--events", directory.resolve("missing").toString());
        refused("is no regular file", "--events", directory.toString());
        refused("--key: 'a..b' names no field", "--events", empty.toString(), "--key", "a..b");
        refused("there are no events in", "--events", empty.toString());
    }

    @Test
    void an_address_that_is_none_exits_with_2() throws Exception {
        Path events = Files.writeString(directory.resolve("events.jsonl"), "{\"event\":\"a\"}\n");
        refused("--uri is not an address of a broker", "--events", events.toString(), "--uri", "http://localhost");
    }

    @Test
    void a_broker_that_is_not_there_exits_with_1_and_shows_no_password() throws Exception {
        Path events = Files.writeString(directory.resolve("events.jsonl"), "{\"event\":\"a\"}\nnot json\n");
        CommandRun run =
                CommandRun.of("demo", "--events", events.toString(), "--uri", "amqp://guest:sesame@127.0.0.1:1");

        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("no connection to amqp://127.0.0.1:1 ("), run.err());
        assertTrue(run.out().contains("line 2 is not JSON"), run.out());
        assertFalse(run.err().contains("sesame"));
        assertFalse(run.out().contains("sesame"));
    }

    private static void refused(String text, String... flags) {
        String[] args = new String[flags.length + 1];
        args[0] = "demo";
        System.arraycopy(flags, 0, args, 1, flags.length);
        CommandRun run = CommandRun.of(args);

        assertEquals(2, run.exitCode(), run.err());
        assertTrue(run.err().contains(text), run.err());
    }
}
