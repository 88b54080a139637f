package io.millrace.server.cli;

import io.millrace.server.ExitCode;
import picocli.CommandLine.Command;

/** {@code millrace ping}. */
@Command(name = "ping", description = "Asks the broker for a sign of life: it answers, and its virtual hosts run.")
final class PingCommand extends AdminCommand {
    @Override
    ExitCode run(AdminClient client) {
        String version = client.get("/version").path("version").asText();
        client.get("/health/checks/virtual-hosts");
        return done("the broker answers, version " + version);
    }
}
