package io.millrace.server.cli;

import static org.junit.jupiter.api.Assertions.fail;

import io.millrace.server.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Keeps {@code docs/cli.md} what the commands say of themselves. */
class CliPageTest {
    private static final String REGENERATE =
            "mvn -q -pl broker-server -am test -Dtest=CliPageTest -Dsurefire.failIfNoSpecifiedTests=false"
                    + " -Dmillrace.docs=write";

    private static final String HEAD = """
            # Command line

            `./millrace`, at the root of the project, runs from any directory and through links. It takes the Java of
            `JAVA_HOME`, or the `java` on the `PATH`, and needs Java 17 or later. What is not built yet, or older than the
            sources, it builds with Maven first; the output of the build goes to `target/launcher-build.log`. Options in
            `MILLRACE_JAVA_OPTS` go to the Java virtual machine.

            `start` stays in the foreground. It prints one line on standard output, `ready` and the addresses, once clients
            are served; hints and the log go to standard error. SIGTERM, SIGINT and SIGHUP end it cleanly, with exit code 0.

            Commands other than `start`, `config` and `demo` (and `bench`, told an address) find a broker by its data directory, through the file `broker.pid` in it, and do not take
            another process for it that has come by the same number. They need the same `--data`, or the same configuration,
            as the start. What they ask, they ask over HTTP on the loopback interface; the same file holds the address and
            a token that is new with each start, and only its owner can read it.

            With `--json` a command prints JSON: a list prints an array of the objects that the management interface has;
            a change prints `{"done":true,"text":...}`. `-q` and `-s` are for scripts: columns are separated by one tab, and
            `-s` leaves out the line that names them. Control characters in names are printed as `\\n`, `\\t` or `\\u001b`.

            ## Exit codes

            | code | meaning |
            |---|---|
            """;

    @Test
    void page_of_the_manual_matches_the_commands() throws IOException {
        StringBuilder page = new StringBuilder(HEAD);
        for (ExitCode code : ExitCode.values()) {
            page.append("| ")
                    .append(code.number())
                    .append(" | ")
                    .append(code.meaning())
                    .append(" |\n");
        }
        page.append("\n`./millrace` itself ends with 1 if the build fails and with 2 if Java or Maven is missing.\n\n");
        page.append("## Commands\n");
        append(page, MillraceCommand.commandLine(Map.of()));
        page.append("\n## Names of rabbitmqctl\n\n");
        page.append("These names do the same, with the same arguments. `-n` and `-t`, each with a value, and `-l` are "
                + "taken and without effect.\n\n| rabbitmqctl | millrace |\n|---|---|\n");
        RabbitNames.all()
                .forEach((theirs, ours) -> page.append("| `")
                        .append(theirs)
                        .append("` | `")
                        .append(String.join(" ", ours))
                        .append("` |\n"));
        page.append("\n## Keeping this page\n\nIt is written from the commands:\n\n```\n");
        page.append(REGENERATE).append("\n```\n");
        check(page.toString());
    }

    private static void append(StringBuilder page, CommandLine command) {
        page.append("\n### ").append(command.getCommandSpec().qualifiedName()).append("\n\n```\n");
        page.append(command.getUsageMessage()).append("```\n");
        command.getSubcommands().values().forEach(below -> append(page, below));
    }

    private static void check(String expected) throws IOException {
        // Surefire starts the tests of a module in the directory of the module.
        Path page = Path.of("..", "docs", "cli.md");
        if ("write".equals(System.getProperty("millrace.docs"))) {
            Files.writeString(page, expected);
        }
        if (!Files.exists(page) || !Files.readString(page).equals(expected)) {
            fail("docs/cli.md is not what the commands say. Write it anew: " + REGENERATE);
        }
    }
}
