package io.millrace.server.cli;

import picocli.CommandLine.Option;

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

    @Option(names = "--formatter", paramLabel = "FORMAT", description = "table, tsv or json.", hidden = true)
    private String formatter = "table";

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
