package io.millrace.server.cli;

import picocli.CommandLine.Command;

/** {@code millrace policies}. */
@Command(
        name = "policies",
        description = "Lists, sets and clears policies.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {PoliciesCommand.All.class, PoliciesCommand.Set.class, PoliciesCommand.Clear.class})
final class PoliciesCommand extends GroupCommand {
    private static final String ROOT = "/policies";

    @Command(name = "list", description = "Lists the policies of a virtual host.")
    static final class All extends PolicyCommands.Listed {
        @Override
        String root() {
            return ROOT;
        }
    }

    @Command(name = "set", description = "Adds or replaces one of the policies.")
    static final class Set extends PolicyCommands.Setting {
        @Override
        String root() {
            return ROOT;
        }
    }

    @Command(name = "clear", description = "Takes away one of the policies.")
    static final class Clear extends PolicyCommands.Clearing {
        @Override
        String root() {
            return ROOT;
        }
    }
}
