package io.millrace.server.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.ExitCode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What policies of users and of operators have in common. */
final class PolicyCommands {
    private PolicyCommands() {}

    /** Lists them. */
    abstract static class Listed extends ListCommand {
        @Mixin
        private VhostFlag vhost = new VhostFlag();

        abstract String root();

        @Override
        final String path() {
            return root() + "/" + vhost.part();
        }

        @Override
        final Map<String, String> known() {
            return same("vhost", "name", "pattern", "apply-to", "definition", "priority");
        }

        @Override
        final List<String> usual() {
            return List.copyOf(known().keySet());
        }
    }

    /** Sets one. */
    abstract static class Setting extends AdminCommand {
        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Parameters(index = "0", paramLabel = "NAME", description = "The policy's name.")
        private String name = "";

        @Parameters(index = "1", paramLabel = "PATTERN", description = "A regular expression that names have to match.")
        private String pattern = "";

        @Parameters(
                index = "2",
                paramLabel = "DEFINITION",
                description = "A JSON object such as {\"max-length\":1000}.")
        private String definition = "{}";

        @Option(
                names = "--priority",
                paramLabel = "N",
                description = "Of all that match, the one with the highest priority holds. Default: 0.")
        private int priority;

        @Option(
                names = "--apply-to",
                paramLabel = "KIND",
                description = "all, exchanges, queues, classic_queues, quorum_queues or streams.")
        private @Nullable String applyTo;

        abstract String root();

        @Override
        final ExitCode run(AdminClient client) {
            ObjectNode body = object().put("pattern", pattern).put("priority", priority);
            if (applyTo != null) {
                body.put("apply-to", applyTo);
            }
            body.set("definition", object("the definition", definition));
            client.send("PUT", root() + "/" + vhost.part() + "/" + part(name), body, null);
            return done("policy '" + name + "' of virtual host '" + vhost.name() + "' is set");
        }
    }

    /** Takes one away. */
    abstract static class Clearing extends AdminCommand {
        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Parameters(paramLabel = "NAME", description = "The policy's name.")
        private String name = "";

        abstract String root();

        @Override
        final ExitCode run(AdminClient client) {
            String list = root() + "/" + vhost.part();
            client.send("DELETE", list + "/" + part(name), null, new AdminClient.Names(list, name));
            return done("policy '" + name + "' of virtual host '" + vhost.name() + "' was taken away");
        }
    }
}
