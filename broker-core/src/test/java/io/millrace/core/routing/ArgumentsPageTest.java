package io.millrace.core.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.policy.PolicyKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The reference says what the definitions say. */
class ArgumentsPageTest {
    private static String page() throws IOException {
        return Files.readString(Path.of("..", "docs", "arguments.md"));
    }

    @Test
    void the_table_of_queue_arguments_is_that_of_the_definitions() throws IOException {
        List<String> expected = new ArrayList<>();
        for (ArgumentRule rule : QueueArguments.all()) {
            String compared = rule.name().equals(QueueArguments.TYPE) ? "by rule" : rule.compared() ? "yes" : "no";
            expected.add("| `" + rule.name() + "` | " + rule.type() + " | " + rule.range() + " | " + compared);
        }
        String page = page();
        String section = page.substring(page.indexOf("## Queues"), page.indexOf("## Exchanges"));
        List<String> found = new ArrayList<>();
        for (String line : section.split("\n")) {
            if (line.startsWith("| `")) {
                String[] cells = line.split(" \\| ", -1);
                assertEquals(5, cells.length, line);
                found.add(String.join(" | ", cells[0], cells[1], cells[2].strip(), cells[3]));
            }
        }
        assertEquals(String.join("\n", expected), String.join("\n", found));
    }

    @Test
    void every_consume_argument_is_described() throws IOException {
        String page = page();
        String section = page.substring(page.indexOf("## Consumers"), page.indexOf("## Messages"));
        for (ArgumentRule rule : ConsumeArguments.all()) {
            assertTrue(section.contains("`" + rule.name() + "`"), rule.name());
        }
    }

    @Test
    void every_policy_key_is_named() throws IOException {
        String page = page();
        String section = page.substring(page.indexOf("## Policy keys"), page.indexOf("## What a client sees"));
        for (String key : PolicyKeys.names(false)) {
            assertTrue(section.contains("`" + key + "`"), key);
        }
    }

    @Test
    void every_exchange_type_is_described() throws IOException {
        String routing = Files.readString(Path.of("..", "docs", "routing.md"));
        for (String type : ExchangeTypes.all(() -> 0).names()) {
            assertTrue(routing.contains("`" + type + "`"), type);
        }
    }
}
