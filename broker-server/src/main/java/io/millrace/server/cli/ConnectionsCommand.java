package io.millrace.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.server.ExitCode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace connections}. */
@Command(
        name = "connections",
        description = "Lists and closes connections.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ConnectionsCommand.All.class,
            ConnectionsCommand.Close.class,
            ConnectionsCommand.CloseAll.class,
            ConnectionsCommand.CloseUser.class
        })
final class ConnectionsCommand extends GroupCommand {
    private static final String REASON = "Closed by the operator";

    @Command(name = "list", description = "Lists the open connections.")
    static final class All extends ListCommand {
        private static final Map<String, String> KNOWN = same(
                "name",
                "user",
                "vhost",
                "state",
                "peer_host",
                "peer_port",
                "host",
                "port",
                "protocol",
                "channels",
                "channel_max",
                "frame_max",
                "timeout",
                "auth_mechanism",
                "ssl",
                "ssl_protocol",
                "peer_cert_subject",
                "connected_at",
                "client_properties",
                "user_provided_name");

        @Override
        String path() {
            return "/connections";
        }

        @Override
        Map<String, String> known() {
            return KNOWN;
        }

        @Override
        List<String> usual() {
            return List.of("user", "peer_host", "peer_port", "state");
        }
    }

    @Command(name = "close", description = "Closes a connection.")
    static final class Close extends AdminCommand {
        @Parameters(index = "0", paramLabel = "NAME", description = "Its name, as it is listed.")
        private String name = "";

        @Parameters(index = "1", paramLabel = "REASON", arity = "0..1", description = "What its client is told.")
        private String reason = REASON;

        @Override
        ExitCode run(AdminClient client) {
            client.close("/connections/" + part(name), reason, new AdminClient.Names("/connections", name));
            return done("connection '" + name + "' is being closed");
        }
    }

    @Command(name = "close-all", description = "Closes all connections, or all to one virtual host.")
    static final class CloseAll extends AdminCommand {
        @Option(
                names = {"-p", "--vhost"},
                paramLabel = "VHOST",
                description = "Only those to this virtual host.")
        private @Nullable String vhost;

        @Parameters(paramLabel = "REASON", arity = "0..1", description = "What their clients are told.")
        private String reason = REASON;

        @Override
        ExitCode run(AdminClient client) {
            String path = vhost == null ? "/connections" : "/vhosts/" + part(vhost) + "/connections";
            int closed = 0;
            for (JsonNode each : client.get(path + "?columns=name")) {
                // One that has gone meanwhile is as good as closed.
                AdminClient.Answer answer = client.closeIfThere(
                        "/connections/" + part(each.path("name").asText()), reason);
                closed += answer.status() == 204 ? 1 : 0;
            }
            return done(closed + " connection(s) are being closed");
        }
    }

    @Command(name = "close-user", description = "Closes all connections of a user.")
    static final class CloseUser extends AdminCommand {
        @Parameters(index = "0", paramLabel = "USER", description = "Whose.")
        private String user = "";

        @Parameters(index = "1", paramLabel = "REASON", arity = "0..1", description = "What their clients are told.")
        private String reason = REASON;

        @Override
        ExitCode run(AdminClient client) {
            client.close("/connections/username/" + part(user), reason, null);
            return done("the connections of user '" + user + "' are being closed");
        }
    }
}
