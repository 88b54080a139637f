package io.millrace.server.cli;

import picocli.CommandLine.Option;

/** Which virtual host a command is about. */
final class VhostFlag {
    @Option(
            names = {"-p", "--vhost"},
            paramLabel = "VHOST",
            defaultValue = "/",
            description = "The virtual host. Default: ${DEFAULT-VALUE}")
    private String vhost = "/";

    String name() {
        return vhost;
    }

    /** As a part of a path. */
    String part() {
        return AdminClient.part(vhost);
    }
}
