package io.millrace.server.cli;

import picocli.CommandLine.Command;

/** {@code millrace operator-policies}. */
@Command(
        name = "operator-policies",
        description = "Lists, sets and clears operator policies.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            OperatorPoliciesCommand.All.class,
            OperatorPoliciesCommand.Set.class,
            OperatorPoliciesCommand.Clear.class
        })
final class OperatorPoliciesCommand extends GroupCommand {
    private static final String ROOT = "/operator-policies";

    @Command(name = "list", description = "Lists the operator policies of a virtual host.")
    static final class All extends PolicyCommands.Listed {
        @Override
        String root() {
            return ROOT;
        }
    }

    @Command(name = "set", description = "Adds or replaces one of the operator policies.")
    static final class Set extends PolicyCommands.Setting {
        @Override
        String root() {
            return ROOT;
        }
    }

    @Command(name = "clear", description = "Takes away one of the operator policies.")
    static final class Clear extends PolicyCommands.Clearing {
        @Override
        String root() {
            return ROOT;
        }
    }
}
