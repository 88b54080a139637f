package io.millrace.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Keeps the tables of {@code docs/operations.md} what the commands are. */
class OperationsPageTest {
    private static final Pattern ROW = Pattern.compile("\\| `([a-z_]+)` \\| `([a-z -]+)` \\|.*\\|");
    private static final Pattern WORD = Pattern.compile("`([a-z]+(_[a-z]+)+)`");

    // Surefire starts the tests of a module in the directory of the module.
    private static final Path PAGE = Path.of("..", "docs", "operations.md");

    @Test
    void the_table_has_every_name_of_rabbitmqctl_that_works_and_no_other() throws IOException {
        List<String> expected = new ArrayList<>();
        RabbitNames.all().forEach((theirs, ours) -> expected.add(theirs + " = " + String.join(" ", ours)));
        List<String> written = new ArrayList<>();
        for (String line : Files.readAllLines(PAGE)) {
            var row = ROW.matcher(line);
            if (row.matches()) {
                written.add(row.group(1) + " = " + row.group(2));
            }
        }
        assertEquals(expected, written, "docs/operations.md has to list what RabbitNames has, in its order");
    }

    @Test
    void what_is_said_not_to_be_there_is_not() throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf("Not there because");
        assertTrue(from > 0, "the page says what is not there");
        String paragraph = page.substring(from, page.indexOf("\n\n", from));
        WORD.matcher(paragraph)
                .results()
                .forEach(word -> assertFalse(RabbitNames.all().containsKey(word.group(1)), word.group(1)));
    }
}
