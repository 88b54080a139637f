package io.millrace.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlFileTest {
    @TempDir
    private Path directory = Path.of("");

    private Path file = Path.of("");

    @BeforeEach
    void name_the_file() {
        file = directory.resolve("millrace.yaml");
    }

    @Test
    void nested_and_dotted_keys_are_the_same() throws Exception {
        write("amqp:\n  port: 1\n  frame-max: 8KiB\namqp.bind: 0.0.0.0\nsecurity:\n  default-user.name: ada\n");
        Settings settings = new ConfigSources().file(file).read();

        assertEquals(1, settings.get(Keys.AMQP_PORT));
        assertEquals(8192, settings.get(Keys.AMQP_FRAME_MAX));
        assertEquals("0.0.0.0", settings.get(Keys.AMQP_BIND));
        assertEquals("ada", settings.get(Keys.SECURITY_DEFAULT_USER_NAME));
    }

    @Test
    void origin_is_the_file_with_the_line() throws Exception {
        write("# first\namqp:\n\n  port: 1\n");
        Settings settings = new ConfigSources().file(file).read();

        assertEquals(file + ":4", settings.origin(Keys.AMQP_PORT).place());
    }

    @Test
    void flag_overrules_the_file() throws Exception {
        write("amqp.port: 1\n");

        assertEquals(2, new ConfigSources().file(file).set("amqp.port=2").read().get(Keys.AMQP_PORT));
    }

    @Test
    void empty_file_and_comments_alone_are_the_defaults() throws Exception {
        for (String text : List.of("", "# nothing\n", "---\n", "amqp:\n#  port: 1\n")) {
            write(text);
            assertEquals(5672, new ConfigSources().file(file).read().get(Keys.AMQP_PORT));
        }
    }

    @Test
    void value_reaches_its_key_as_it_was_typed() throws Exception {
        write("amqp.port: 010\nsecurity.default-user.password: 0x1F\nsecurity.default-user.name: on\n");
        Settings settings = new ConfigSources().file(file).read();

        assertEquals(10, settings.get(Keys.AMQP_PORT));
        assertEquals("0x1F", settings.get(Keys.SECURITY_DEFAULT_USER_PASSWORD).reveal());
        assertEquals("on", settings.get(Keys.SECURITY_DEFAULT_USER_NAME));
    }

    @Test
    void all_problems_of_a_file_are_reported_with_their_lines() throws Exception {
        write("amqp:\n  prot: 1\n  port: 70000\n  heartbeat: 30\ndata.min-free: 1GB\nlog.level: loud\n");

        assertEquals(
                List.of(
                        ":2: unknown key 'amqp.prot'; did you mean amqp.port?",
                        ":3: amqp.port: the value '70000' is too large; allowed: a whole number from 0 to 65535",
                        ":4: amqp.heartbeat: the value '30' has no unit;"
                                + " allowed: a duration from 0s to 65535s in steps of 1s (ms, s, m, h, d)",
                        ":5: data.min-free: the value '1GB' has the unknown unit 'GB', did you mean GiB?;"
                                + " allowed: a size from 8MiB to 64TiB (B, KiB, MiB, GiB, TiB; bare numbers are bytes)",
                        ":6: log.level: the value 'loud' is not one of the choices;"
                                + " allowed: one of error, warn, info, debug, trace"),
                problems());
    }

    @Test
    void key_set_twice_names_both_lines() throws Exception {
        write("amqp.port: 1\namqp:\n  port: 2\n");

        assertEquals(List.of(":3: 'amqp.port' is already set at " + file + ":1"), problems());
    }

    @Test
    void section_opened_twice_names_both_lines() throws Exception {
        write("amqp:\n  port: 1\namqp:\n  bind: 0.0.0.0\n");

        assertEquals(List.of(":3: the section 'amqp' stands already at " + file + ":1"), problems());
    }

    @Test
    void key_without_a_value_is_refused() throws Exception {
        write("amqp.port:\namqp.bind: ~\nnonsense:\n");

        assertEquals(
                List.of(
                        ":1: 'amqp.port' has no value",
                        ":2: 'amqp.bind' has no value",
                        ":3: unknown key 'nonsense'; the nearest known one is node.name"),
                problems());
    }

    @Test
    void section_with_a_value_names_its_keys() throws Exception {
        write("log: info\n");

        assertEquals(List.of(":1: 'log' is no key but holds keys: log.format, log.level"), problems());
    }

    @Test
    void keys_inside_a_key_are_refused() throws Exception {
        write("amqp:\n  port:\n    number: 1\n");

        assertEquals(List.of(":3: unknown key 'amqp.port.number'; amqp.port takes a single value"), problems());
    }

    @Test
    void list_is_refused_at_its_key_and_the_rest_is_read_on() throws Exception {
        write("amqp.bind: [a, b]\namqp.port: none\n");

        List<String> problems = problems();
        assertEquals(":1: 'amqp.bind' holds a list; no key takes one", problems.get(0));
        assertTrue(problems.get(1).startsWith(":2: amqp.port: the value 'none'"), problems.get(1));
    }

    @Test
    void alias_is_refused() throws Exception {
        write("amqp.port: &port 1\nmemory.messages: *port\n");

        assertEquals(List.of(":2: 'memory.messages' is an alias of another value; write the value itself"), problems());
    }

    @Test
    void text_that_is_not_yaml_names_the_line() throws Exception {
        write("amqp.port: 1\namqp.bind: 'open\n");

        List<String> problems = problems();
        assertEquals(1, problems.size());
        assertTrue(problems.get(0).matches(":[23]: this is not YAML: .*"), problems.get(0));
    }

    @Test
    void file_that_is_no_mapping_is_refused() throws Exception {
        write("- a\n- b\n");
        assertEquals(List.of(":1: the file must hold keys with values (amqp.port: 5672)"), problems());
        write("words\n");
        assertEquals(List.of(":1: the file must hold keys with values (amqp.port: 5672)"), problems());
    }

    @Test
    void second_document_is_refused() throws Exception {
        write("amqp.port: 1\n---\namqp.port: 2\n");

        assertEquals(List.of(":3: the file must hold one document; a second one begins here"), problems());
    }

    @Test
    void nesting_without_end_is_refused() throws Exception {
        write("{a: ".repeat(2_000) + "1" + "}".repeat(2_000));

        assertTrue(problems().get(0).startsWith(":1: "), problems().toString());
    }

    @Test
    void file_that_is_missing_too_large_no_text_or_a_directory_is_refused() throws Exception {
        assertEquals(List.of(": the file does not exist"), problems());
        Files.write(file, new byte[(1 << 20) + 1]);
        assertEquals(List.of(": the file is larger than 1MiB"), problems());
        Files.write(file, new byte[] {'a', (byte) 0xff});
        assertEquals(List.of(": the file is not UTF-8 text"), problems());
        Files.delete(file);
        Files.createDirectory(file);
        assertTrue(
                problems().get(0).startsWith(": the file cannot be read: "),
                problems().get(0));
    }

    private void write(String yaml) throws IOException {
        Files.write(file, yaml.getBytes(StandardCharsets.UTF_8));
    }

    /** The problems without the path that each begins with. */
    private List<String> problems() {
        return assertThrows(
                        ConfigException.class,
                        () -> new ConfigSources().file(file).read())
                .problems()
                .stream()
                .map(problem -> problem.toString().substring(file.toString().length()))
                .toList();
    }
}
