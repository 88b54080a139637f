package io.millrace.server.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.ExitCode;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace exchanges}. */
@Command(
        name = "exchanges",
        description = "Lists, declares and deletes exchanges.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ExchangesCommand.All.class, ExchangesCommand.Declare.class, ExchangesCommand.Delete.class})
final class ExchangesCommand extends GroupCommand {
    private static String path(VhostFlag vhost, String name) {
        return "/exchanges/" + vhost.part() + "/" + AdminClient.part(name);
    }

    @Command(name = "list", description = "Lists the exchanges of a virtual host.")
    static final class All extends ListCommand {
        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Override
        String path() {
            return "/exchanges/" + vhost.part();
        }

        @Override
        Map<String, String> known() {
            return same(
                    "name",
                    "type",
                    "durable",
                    "auto_delete",
                    "internal",
                    "arguments",
                    "policy",
                    "effective_policy_definition",
                    "vhost");
        }

        @Override
        List<String> usual() {
            return List.of("name", "type");
        }
    }

    @Command(name = "declare", description = "Declares an exchange; nothing happens if it is there and equal.")
    static final class Declare extends AdminCommand {
        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Parameters(index = "0", paramLabel = "EXCHANGE", description = "Its name.")
        private String exchange = "";

        @Parameters(index = "1", paramLabel = "TYPE", description = "Such as direct, fanout, topic, headers.")
        private String type = "";

        @Option(names = "--transient", description = "It does not survive a restart.")
        private boolean forgotten;

        @Option(names = "--auto-delete", description = "It goes when its last binding goes.")
        private boolean autoDelete;

        @Option(names = "--internal", description = "Clients may not publish to it.")
        private boolean internal;

        @Option(names = "--arguments", paramLabel = "JSON", description = "Its arguments, a JSON object.")
        private String arguments = "{}";

        @Override
        ExitCode run(AdminClient client) {
            ObjectNode body = object().put("type", type).put("durable", !forgotten);
            body.put("auto_delete", autoDelete).put("internal", internal);
            body.set("arguments", object("--arguments", arguments));
            client.send("PUT", path(vhost, exchange), body, null);
            return done("exchange '" + exchange + "' is there");
        }
    }

    @Command(name = "delete", description = "Deletes an exchange with its bindings.")
    static final class Delete extends AdminCommand {
        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Parameters(paramLabel = "EXCHANGE", description = "Its name.")
        private String exchange = "";

        @Option(
                names = {"-u", "--if-unused"},
                description = "Only if it has no binding.")
        private boolean ifUnused;

        @Override
        ExitCode run(AdminClient client) {
            client.send(
                    "DELETE",
                    path(vhost, exchange) + "?if-unused=" + ifUnused,
                    null,
                    new AdminClient.Names("/exchanges/" + vhost.part(), exchange));
            return done("exchange '" + exchange + "' was deleted");
        }
    }
}
