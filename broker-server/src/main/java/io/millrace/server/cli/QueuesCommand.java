package io.millrace.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.ExitCode;
import io.millrace.server.logging.Escaped;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace queues}. */
@Command(
        name = "queues",
        description = "Lists, shows, declares, empties and deletes queues.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            QueuesCommand.All.class,
            QueuesCommand.Show.class,
            QueuesCommand.Declare.class,
            QueuesCommand.Purge.class,
            QueuesCommand.DiscardDamaged.class,
            QueuesCommand.Delete.class
        })
final class QueuesCommand extends GroupCommand {
    private static String path(VhostFlag vhost, String name) {
        return "/queues/" + vhost.part() + "/" + AdminClient.part(name);
    }

    private static AdminClient.Names names(VhostFlag vhost, String name) {
        return new AdminClient.Names("/queues/" + vhost.part(), name);
    }

    @Command(name = "list", description = "Lists the queues of a virtual host.")
    static final class All extends ListCommand {
        private static final Map<String, String> KNOWN = same(
                "name",
                "messages",
                "messages_ready",
                "messages_unacknowledged",
                "messages_damaged",
                "consumers",
                "type",
                "state",
                "durable",
                "auto_delete",
                "exclusive",
                "arguments",
                "policy",
                "operator_policy",
                "effective_policy_definition",
                "segments",
                "vhost");

        static {
            KNOWN.put("owner", "owner_pid_details.name");
        }

        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Override
        String path() {
            return "/queues/" + vhost.part();
        }

        @Override
        Map<String, String> known() {
            return KNOWN;
        }

        @Override
        List<String> usual() {
            return List.of("name", "messages");
        }
    }

    @Command(name = "show", description = "Shows all that is known of a queue.")
    static final class Show extends AdminCommand {
        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Parameters(paramLabel = "QUEUE", description = "Its name.")
        private String queue = "";

        @Override
        ExitCode run(AdminClient client) {
            JsonNode shown = client.get(path(vhost, queue), names(vhost, queue));
            if (output().json()) {
                out().println(shown);
            } else {
                shown.properties()
                        .forEach(each -> out().println(each.getKey() + "="
                                + Escaped.of(
                                        each.getValue().isValueNode()
                                                ? each.getValue().asText()
                                                : each.getValue().toString())));
            }
            return ExitCode.OK;
        }
    }

    @Command(name = "declare", description = "Declares a queue; nothing happens if it is there and equal.")
    static final class Declare extends AdminCommand {
        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Parameters(paramLabel = "QUEUE", description = "Its name.")
        private String queue = "";

        @Option(names = "--transient", description = "It does not survive a restart.")
        private boolean forgotten;

        @Option(names = "--auto-delete", description = "It goes when its last consumer goes.")
        private boolean autoDelete;

        @Option(names = "--arguments", paramLabel = "JSON", description = "Its arguments, a JSON object.")
        private String arguments = "{}";

        @Override
        ExitCode run(AdminClient client) {
            ObjectNode body = object().put("durable", !forgotten).put("auto_delete", autoDelete);
            body.set("arguments", object("--arguments", arguments));
            client.send("PUT", path(vhost, queue), body, null);
            return done("queue '" + queue + "' is there");
        }
    }

    @Command(name = "purge", description = "Removes all messages of a queue that are ready.")
    static final class Purge extends AdminCommand {
        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Parameters(paramLabel = "QUEUE", description = "Its name.")
        private String queue = "";

        @Override
        ExitCode run(AdminClient client) {
            String gone = client.send("DELETE", path(vhost, queue) + "/contents", null, names(vhost, queue))
                    .messages();
            return done("queue '" + queue + "' lost " + gone + " message(s)");
        }
    }

    @Command(
            name = "discard-damaged",
            description = "Gives up the messages of a queue that cannot be read from the disk, and lists them.")
    static final class DiscardDamaged extends AdminCommand {
        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Parameters(paramLabel = "QUEUE", description = "Its name.")
        private String queue = "";

        @Option(names = "--dry-run", description = "Only lists what would be given up.")
        private boolean dry;

        @Override
        ExitCode run(AdminClient client) {
            JsonNode answer = client.send(
                            dry ? "GET" : "DELETE", path(vhost, queue) + "/damaged", null, names(vhost, queue))
                    .body();
            if (output().json()) {
                out().println(answer);
                return ExitCode.OK;
            }
            for (JsonNode each : answer.path("ranges")) {
                out().println("sequences " + each.path("first").asLong() + " to "
                        + each.path("last").asLong());
            }
            String lost = answer.path("messages").asLong() + " damaged message(s)";
            return done("queue '" + queue + "' " + (dry ? "has " : "gave up ") + lost);
        }
    }

    @Command(name = "delete", description = "Deletes a queue with its messages.")
    static final class Delete extends AdminCommand {
        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Parameters(paramLabel = "QUEUE", description = "Its name.")
        private String queue = "";

        @Option(
                names = {"-e", "--if-empty"},
                description = "Only if it holds no message.")
        private boolean ifEmpty;

        @Option(
                names = {"-u", "--if-unused"},
                description = "Only if it has no consumer.")
        private boolean ifUnused;

        @Override
        ExitCode run(AdminClient client) {
            String flags = "?if-empty=" + ifEmpty + "&if-unused=" + ifUnused;
            String gone = client.send("DELETE", path(vhost, queue) + flags, null, names(vhost, queue))
                    .messages();
            return done("queue '" + queue + "' was deleted with " + gone + " ready message(s)");
        }
    }
}
