package io.millrace.server.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.ExitCode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace topic-permissions}. */
@Command(
        name = "topic-permissions",
        description = "Lists, sets and clears what users may do by routing keys.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            TopicPermissionsCommand.All.class,
            TopicPermissionsCommand.Set.class,
            TopicPermissionsCommand.Clear.class
        })
final class TopicPermissionsCommand extends GroupCommand {
    @Command(name = "list", description = "Lists the topic permissions in a virtual host, or of a user everywhere.")
    static final class All extends ListCommand {
        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Option(names = "--user", paramLabel = "USER", description = "Those of this user, in all virtual hosts.")
        private @Nullable String user;

        @Override
        String path() {
            return user == null
                    ? "/vhosts/" + vhost.part() + "/topic-permissions"
                    : "/users/" + part(user) + "/topic-permissions";
        }

        @Override
        Map<String, String> known() {
            return same("user", "vhost", "exchange", "write", "read");
        }

        @Override
        List<String> usual() {
            return List.of(user == null ? "user" : "vhost", "exchange", "write", "read");
        }
    }

    @Command(name = "set", description = "Sets by which routing keys a user may publish and bind at a topic exchange.")
    static final class Set extends AdminCommand {
        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Parameters(index = "0", paramLabel = "USER", description = "Whose.")
        private String user = "";

        @Parameters(index = "1", paramLabel = "EXCHANGE", description = "At which exchange.")
        private String exchange = "";

        @Parameters(index = "2", paramLabel = "WRITE", description = "Routing keys to publish with.")
        private String write = "";

        @Parameters(index = "3", paramLabel = "READ", description = "Routing keys to bind with.")
        private String read = "";

        @Override
        ExitCode run(AdminClient client) {
            ObjectNode body =
                    object().put("exchange", exchange).put("write", write).put("read", read);
            client.send("PUT", "/topic-permissions/" + vhost.part() + "/" + part(user), body, null);
            return done("the topic permissions of user '" + user + "' at exchange '" + exchange + "' are set");
        }
    }

    @Command(name = "clear", description = "Takes topic permissions from a user: at one exchange, or at all.")
    static final class Clear extends AdminCommand {
        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Parameters(index = "0", paramLabel = "USER", description = "Whose.")
        private String user = "";

        @Parameters(index = "1", paramLabel = "EXCHANGE", arity = "0..1", description = "At this exchange only.")
        private @Nullable String exchange;

        @Override
        ExitCode run(AdminClient client) {
            String path = "/topic-permissions/" + vhost.part() + "/" + part(user);
            client.send("DELETE", exchange == null ? path : path + "/" + part(exchange), null, null);
            return done("user '" + user + "' is not bounded by routing keys there any more");
        }
    }
}
