package io.millrace.server;

import io.millrace.server.cli.MillraceCommand;

/** Where the process begins, and the only class of this package that knows the command line. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        ProcessDefaults.apply();
        System.exit(MillraceCommand.run(args, System.getenv()));
    }
}
