package io.millrace.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.server.ExitCode;
import picocli.CommandLine.Command;

/** {@code millrace tls}. */
@Command(
        name = "tls",
        description = "Reads the certificate and key of TLS again.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {TlsCommand.Reload.class})
final class TlsCommand extends GroupCommand {
    @Command(
            name = "reload",
            description =
                    "Reads certificate, key and authorities again, for connections that come from now on; open ones stay"
                            + " as they are. Ends with 10 if there is no TLS, or the files are not right: then what was"
                            + " in use stays in use. Changed files are found without it too, within seconds.")
    static final class Reload extends AdminCommand {
        @Override
        ExitCode run(AdminClient client) {
            JsonNode now = client.send("POST", "/tls/reload", null, null).body();
            return done("new connections get " + now.path("subject").asText() + ", which expires "
                    + now.path("expires").asText());
        }
    }
}
