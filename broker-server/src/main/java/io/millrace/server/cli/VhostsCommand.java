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

/** {@code millrace vhosts}. */
@Command(
        name = "vhosts",
        description = "Lists, adds, changes and deletes virtual hosts.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            VhostsCommand.All.class,
            VhostsCommand.Add.class,
            VhostsCommand.Update.class,
            VhostsCommand.Delete.class,
            VhostsCommand.Limits.class,
            VhostsCommand.SetLimits.class,
            VhostsCommand.ClearLimits.class
        })
final class VhostsCommand extends GroupCommand {
    private static AdminClient.Names names(String name) {
        return new AdminClient.Names("/vhosts", name);
    }

    @Command(name = "list", description = "Lists the virtual hosts.")
    static final class All extends ListCommand {
        @Override
        String path() {
            return "/vhosts";
        }

        @Override
        Map<String, String> known() {
            return same("name", "description", "tags", "default_queue_type", "tracing", "state", "created_at");
        }

        @Override
        List<String> usual() {
            return List.of("name");
        }
    }

    /** What is said of a virtual host. */
    static final class Settings {
        @Parameters(paramLabel = "VHOST", description = "Its name.")
        private String vhost = "";

        @Option(names = "--description", paramLabel = "TEXT", description = "For people.")
        private @Nullable String description;

        @Option(names = "--tags", paramLabel = "TAG[,TAG...]", description = "For people and tools.")
        private @Nullable String tags;

        @Option(
                names = "--default-queue-type",
                paramLabel = "TYPE",
                description = "The type of queues that are declared without one.")
        private @Nullable String type;

        ObjectNode body() {
            ObjectNode body = AdminCommand.object();
            if (description != null) {
                body.put("description", description);
            }
            if (tags != null) {
                body.put("tags", tags);
            }
            if (type != null) {
                body.put("default_queue_type", type);
            }
            return body;
        }
    }

    @Command(name = "add", description = "Adds a virtual host.")
    static final class Add extends AdminCommand {
        @Mixin
        private Settings settings = new Settings();

        @Override
        ExitCode run(AdminClient client) {
            client.send("PUT", "/vhosts/" + part(settings.vhost), settings.body(), null);
            return done("virtual host '" + settings.vhost + "' is there");
        }
    }

    @Command(name = "update", description = "Changes what is said of a virtual host.")
    static final class Update extends AdminCommand {
        @Mixin
        private Settings settings = new Settings();

        @Override
        ExitCode run(AdminClient client) {
            client.get("/vhosts/" + part(settings.vhost), names(settings.vhost));
            client.send("PUT", "/vhosts/" + part(settings.vhost), settings.body(), null);
            return done("virtual host '" + settings.vhost + "' was changed");
        }
    }

    @Command(name = "delete", description = "Deletes a virtual host with all that is in it, messages too.")
    static final class Delete extends AdminCommand {
        @Parameters(paramLabel = "VHOST", description = "Its name.")
        private String vhost = "";

        @Override
        ExitCode run(AdminClient client) {
            client.send("DELETE", "/vhosts/" + part(vhost), null, names(vhost));
            return done("virtual host '" + vhost + "' was deleted");
        }
    }

    @Command(name = "limits", description = "Lists the limits of virtual hosts that have any.")
    static final class Limits extends ListCommand {
        @Override
        String path() {
            return "/vhost-limits";
        }

        @Override
        Map<String, String> known() {
            Map<String, String> known = same("vhost");
            known.put("limits", "value");
            return known;
        }

        @Override
        List<String> usual() {
            return List.of("vhost", "limits");
        }
    }

    @Command(name = "set-limits", description = "Sets limits of a virtual host: max-connections, max-queues.")
    static final class SetLimits extends AdminCommand {
        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Parameters(paramLabel = "JSON", description = "Such as {\"max-connections\":100}; -1 is no limit.")
        private String limits = "{}";

        @Override
        ExitCode run(AdminClient client) {
            LimitCalls.set(client, "/vhost-limits/" + vhost.part(), object("the limits", limits), names(vhost.name()));
            return done("the limits of virtual host '" + vhost.name() + "' are set");
        }
    }

    @Command(name = "clear-limits", description = "Takes all limits from a virtual host.")
    static final class ClearLimits extends AdminCommand {
        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Override
        ExitCode run(AdminClient client) {
            for (String each : List.of("max-connections", "max-queues")) {
                client.send("DELETE", "/vhost-limits/" + vhost.part() + "/" + each, null, names(vhost.name()));
            }
            return done("virtual host '" + vhost.name() + "' has no limits");
        }
    }
}
