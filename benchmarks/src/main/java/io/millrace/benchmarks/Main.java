package io.millrace.benchmarks;

import io.millrace.benchmarks.cli.Commands;

/** Entry of the jar. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(Commands.run(args));
    }
}
