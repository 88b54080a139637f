package io.millrace.server.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a command that talks to a running broker prints. */
final class OutputFlags {
    @Option(names = "--json", description = "Prints JSON instead of text.")
    private boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "For scripts: columns are separated by one tab, and what was done is not said.")
    private boolean quiet;

    @Option(
            names = {"-s", "--silent", "--no-table-headers"},
            description = "The same, without the line that names the columns.")
    private boolean silent;

    private static final List<String> FORMATTERS = List.of("table", "pretty_table", "tsv", "json");

    private String formatter = "table";

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(names = "--formatter", paramLabel = "FORMAT", description = "table, tsv or json.", hidden = true)
    void formatter(String asked) {
        CommandSpec of = command;
        if (of != null && !FORMATTERS.contains(asked)) {
            throw new ParameterException(
                    of.commandLine(), "--formatter takes " + String.join(", ", FORMATTERS) + ", and not " + asked);
        }
        formatter = asked;
    }

    boolean json() {
        return json || formatter.equals("json");
    }

    /** Whether columns are separated by a tab and not lined up. */
    boolean tabs() {
        return quiet || silent || formatter.equals("tsv");
    }

    boolean headers() {
        return !silent;
    }
}
