package io.millrace.server.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Commands about one kind of thing; by itself it does nothing. */
abstract class GroupCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public final void run() {
        CommandSpec known = spec;
        if (known != null) {
            throw new ParameterException(
                    known.commandLine(),
                    "a command is missing: one of "
                            + String.join(", ", known.subcommands().keySet()));
        }
    }
}
