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

/** {@code millrace permissions}. */
@Command(
        name = "permissions",
        description = "Lists, sets and clears what users may do in virtual hosts.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {PermissionsCommand.All.class, PermissionsCommand.Set.class, PermissionsCommand.Clear.class})
final class PermissionsCommand extends GroupCommand {
    @Command(name = "list", description = "Lists the permissions in a virtual host, or of a user everywhere.")
    static final class All extends ListCommand {
        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Option(names = "--user", paramLabel = "USER", description = "Those of this user, in all virtual hosts.")
        private @Nullable String user;

        @Override
        String path() {
            return user == null ? "/vhosts/" + vhost.part() + "/permissions" : "/users/" + part(user) + "/permissions";
        }

        @Override
        Map<String, String> known() {
            return same("user", "vhost", "configure", "write", "read");
        }

        @Override
        List<String> usual() {
            return List.of(user == null ? "user" : "vhost", "configure", "write", "read");
        }
    }

    @Command(
            name = "set",
            description = "Sets what a user may do in a virtual host: for each kind of access a regular expression; the"
                    + " empty one allows nothing.")
    static final class Set extends AdminCommand {
        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Parameters(index = "0", paramLabel = "USER", description = "Whose.")
        private String user = "";

        @Parameters(index = "1", paramLabel = "CONFIGURE", description = "What may be declared and deleted.")
        private String configure = "";

        @Parameters(index = "2", paramLabel = "WRITE", description = "What may be published to.")
        private String write = "";

        @Parameters(index = "3", paramLabel = "READ", description = "What may be consumed from.")
        private String read = "";

        @Override
        ExitCode run(AdminClient client) {
            ObjectNode body =
                    object().put("configure", configure).put("write", write).put("read", read);
            client.send("PUT", "/permissions/" + vhost.part() + "/" + part(user), body, null);
            return done("the permissions of user '" + user + "' in virtual host '" + vhost.name() + "' are set");
        }
    }

    @Command(name = "clear", description = "Takes all permissions in a virtual host from a user.")
    static final class Clear extends AdminCommand {
        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Parameters(paramLabel = "USER", description = "Whose.")
        private String user = "";

        @Override
        ExitCode run(AdminClient client) {
            client.send("DELETE", "/permissions/" + vhost.part() + "/" + part(user), null, null);
            return done("user '" + user + "' has no permissions in virtual host '" + vhost.name() + "'");
        }
    }
}
