package io.millrace.server.cli;

import io.millrace.server.ExitCode;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command with its surroundings: where it prints and which environment it sees. */
abstract class CliCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public final Integer call() throws Exception {
        return execute().number();
    }

    abstract ExitCode execute() throws Exception;

    final PrintWriter out() {
        return spec().commandLine().getOut();
    }

    final PrintWriter err() {
        return spec().commandLine().getErr();
    }

    final InputStream in() {
        return ((MillraceCommand) spec().root().userObject()).in();
    }

    final Map<String, String> environment() {
        return ((MillraceCommand) spec().root().userObject()).environment();
    }

    private CommandSpec spec() {
        CommandSpec known = spec;
        if (known == null) {
            throw new IllegalStateException("a command was run that is not part of a command line");
        }
        return known;
    }
}
