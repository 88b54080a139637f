package io.millrace.server.cli;

import io.millrace.config.ConfigException;
import io.millrace.server.ExitCode;
import io.millrace.server.FatalException;
import io.millrace.server.logging.Escaped;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code millrace}: the commands, and what they have in common. */
@Command(
        name = "millrace",
        description = "A message broker. It speaks AMQP 0-9-1.",
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class MillraceCommand implements Runnable {
    private final Map<String, String> environment;
    private final InputStream in;

    @Spec
    private @Nullable CommandSpec spec;

    MillraceCommand(Map<String, String> environment, InputStream in) {
        this.environment = environment;
        this.in = in;
    }

    /** Runs what the arguments say and returns the number of an {@link ExitCode}. */
    public static int run(String[] args, Map<String, String> environment) {
        String[] ours = RabbitNames.translated(args);
        List<String> needed =
                ours.length > 0 && Subcommands.named(ours[0]) != null ? List.of(ours[0]) : Subcommands.NAMES;
        return commandLine(environment, System.in, needed).execute(ours);
    }

    static CommandLine commandLine(Map<String, String> environment) {
        return commandLine(environment, System.in);
    }

    /** @param in where passwords are read from */
    static CommandLine commandLine(Map<String, String> environment, InputStream in) {
        return commandLine(environment, in, Subcommands.NAMES);
    }

    /** @param names of the commands that it has */
    static CommandLine commandLine(Map<String, String> environment, InputStream in, List<String> names) {
        CommandLine commandLine = new CommandLine(new MillraceCommand(environment, in));
        names.forEach(name -> commandLine.addSubcommand(Objects.requireNonNull(Subcommands.named(name), name)));
        Map<String, String> exitCodes = new LinkedHashMap<>();
        for (ExitCode code : ExitCode.values()) {
            exitCodes.put(Integer.toString(code.number()), code.meaning());
        }
        // Set here and not in the annotation, from which the commands below would inherit it.
        commandLine
                .getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(exitCodes)
                .footer("%nA first try: 'millrace start', then 'millrace demo' in a second terminal.");
        commandLine.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
        commandLine.setUsageHelpWidth(100);
        commandLine.setParameterExceptionHandler((e, args) -> usage(e));
        commandLine.setExecutionExceptionHandler((e, command, parsed) -> failed(e, command));
        return commandLine;
    }

    InputStream in() {
        return in;
    }

    Map<String, String> environment() {
        return environment;
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "a command is missing");
        }
    }

    private static int usage(ParameterException e) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("millrace: " + Escaped.of(String.valueOf(e.getMessage())));
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE.number();
    }

    private static int failed(Exception e, CommandLine command) {
        PrintWriter err = command.getErr();
        if (e instanceof ConfigException wrong) {
            int count = wrong.problems().size();
            err.println("millrace: the configuration is not right" + (count == 1 ? ":" : " (" + count + " problems):"));
            wrong.problems().forEach(problem -> err.println("  " + problem));
            return ExitCode.CONFIGURATION.number();
        }
        if (e instanceof FatalException fatal) {
            err.println("millrace: " + Escaped.of(String.valueOf(fatal.getMessage())));
            return fatal.exitCode().number();
        }
        err.println("millrace: unexpected error; please report it with what follows");
        e.printStackTrace(err);
        return ExitCode.UNEXPECTED.number();
    }
}
