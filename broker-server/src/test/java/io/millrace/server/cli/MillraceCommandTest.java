package io.millrace.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MillraceCommandTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void help_names_the_commands_and_the_exit_codes() {
        CommandRun run = CommandRun.of("--help");

        assertEquals(0, run.exitCode());
        for (String expected : new String[] {"start", "stop", "status", "config", "demo"}) {
            assertTrue(run.out().contains("  " + expected + " "), expected);
        }
        for (ExitCode code : ExitCode.values()) {
            assertTrue(
                    run.out().matches("(?s).*\n  " + code.number() + " +" + Pattern.quote(code.meaning()) + "\n.*"),
                    code.name());
        }
    }

    @Test
    void version_names_the_broker_and_java() {
        CommandRun run = CommandRun.of("--version");

        assertEquals(0, run.exitCode());
        assertTrue(run.out().startsWith("millrace "), run.out());
        assertTrue(run.out().contains("Java " + Runtime.version()), run.out());
    }

    @Test
    void command_line_that_is_not_understood_exits_with_2_and_says_where_help_is() {
        for (String[] args : new String[][] {{}, {"strat"}, {"config"}, {"start", "--prot", "1"}, {"start", "extra"}}) {
            CommandRun run = CommandRun.of(args);

            assertEquals(2, run.exitCode(), String.join(" ", args));
            assertTrue(run.err().startsWith("millrace: "), run.err());
            assertTrue(run.err().contains("--help'"), run.err());
            assertEquals("", run.out());
        }
    }

    @Test
    void command_asked_for_by_name_is_the_same_as_among_all_others() {
        CommandLine all = MillraceCommand.commandLine(Map.of());
        assertEquals(Subcommands.NAMES, List.copyOf(all.getSubcommands().keySet()));

        for (String name : Subcommands.NAMES) {
            CommandLine alone = MillraceCommand.commandLine(Map.of(), System.in, List.of(name));

            assertEquals(
                    all.getSubcommands().get(name).getUsageMessage(),
                    alone.getSubcommands().get(name).getUsageMessage());
            assertEquals(Set.of(name), alone.getSubcommands().keySet());
        }
    }

    @Test
    void control_characters_of_an_argument_are_not_repeated() {
        assertFalse(CommandRun.of("\u001b[2J").err().contains("\u001b"));
    }

    @Test
    void wrong_configuration_exits_with_3_and_names_every_problem() throws Exception {
        Path file = directory.resolve("m.yaml");
        Files.writeString(file, "amqp:\n  prot: 1\n");
        CommandRun run = CommandRun.of(
                Map.of("MILLRACE_AMQP_PORT", "x"), "start", "--config", file.toString(), "--set", "log.level=loud");

        assertEquals(3, run.exitCode());
        assertTrue(run.err().contains("(3 problems)"), run.err());
        assertTrue(run.err().contains(file + ":2: unknown key 'amqp.prot'"), run.err());
        assertTrue(run.err().contains("MILLRACE_AMQP_PORT: amqp.port"), run.err());
        assertTrue(run.err().contains("--set: log.level"), run.err());
    }

    @Test
    void config_check_says_so_when_all_is_right() {
        CommandRun run = CommandRun.of("config", "check", "--amqp-port", "0");

        assertEquals(0, run.exitCode());
        assertEquals("the configuration is right", run.out().strip());
    }

    @Test
    void config_check_reads_the_file_that_the_environment_names() {
        Path missing = directory.resolve("missing.yaml");
        CommandRun run = CommandRun.of(Map.of("MILLRACE_CONFIG", missing.toString()), "config", "check");

        assertEquals(3, run.exitCode());
        assertTrue(run.err().contains(missing + ": the file does not exist"), run.err());
    }

    @Test
    void config_show_names_the_origin_of_each_value() throws Exception {
        Path file = directory.resolve("m.yaml");
        Files.writeString(file, "data.min-free: 2048MiB\n");
        CommandRun run = CommandRun.of(
                Map.of("MILLRACE_AMQP_BIND", "0.0.0.0"),
                "config",
                "show",
                "--config",
                file.toString(),
                "--amqp-port",
                "1");

        assertEquals(0, run.exitCode());
        assertTrue(run.out().matches("(?s).*\ndata.min-free: 2GiB +# " + file + ":1\n.*"), run.out());
        assertTrue(run.out().matches("(?s).*\namqp.bind: 0.0.0.0 +# MILLRACE_AMQP_BIND\n.*"), run.out());
        assertTrue(run.out().matches("(?s).*\namqp.port: 1 +# --amqp-port\n.*"), run.out());
        assertTrue(run.out().matches("(?s).*\nlog.level: info +# default\n.*"), run.out());
        assertTrue(run.out().matches("(?s).*\nthreads.event-loops: auto +# default, here [0-9]+\n.*"), run.out());
    }

    @Test
    void config_show_can_be_read_as_a_file_again_and_holds_no_secret() throws Exception {
        CommandRun first = CommandRun.of(
                "config",
                "show",
                "--set",
                "security.default-user.password=sesame",
                "--set",
                "amqp.product=a: #b",
                "--data",
                "/tmp/with space");
        Path file = directory.resolve("m.yaml");
        Files.writeString(file, first.out());
        CommandRun second = CommandRun.of("config", "show", "--config", file.toString());

        assertFalse(first.out().contains("sesame"), first.out());
        assertEquals(0, second.exitCode(), second.err());
        assertTrue(second.out().contains("amqp.product: \"a: #b\""), second.out());
        assertTrue(second.out().contains("data.dir: \"/tmp/with space\""), second.out());
    }
}
