package io.millrace.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.ExitCode;
import io.millrace.server.FatalException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace bindings}. */
@Command(
        name = "bindings",
        description = "Lists, adds and removes bindings.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {BindingsCommand.All.class, BindingsCommand.Add.class, BindingsCommand.Remove.class})
final class BindingsCommand extends GroupCommand {
    /** The two ends of a binding, and what is between them. */
    static final class Ends {
        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Parameters(index = "0", paramLabel = "EXCHANGE", description = "Where messages come from.")
        private String exchange = "";

        @Parameters(index = "1", paramLabel = "DESTINATION", description = "The queue that they go to.")
        private String destination = "";

        @Parameters(index = "2", paramLabel = "KEY", arity = "0..1", description = "The routing key or pattern.")
        private String key = "";

        @Option(names = "--to-exchange", description = "The destination is an exchange.")
        private boolean toExchange;

        @Option(names = "--arguments", paramLabel = "JSON", description = "Its arguments, a JSON object.")
        private String arguments = "{}";

        String path() {
            return "/bindings/" + vhost.part() + "/e/" + AdminClient.part(exchange) + "/" + (toExchange ? "e/" : "q/")
                    + AdminClient.part(destination);
        }

        ObjectNode body() {
            ObjectNode body = AdminCommand.object().put("routing_key", key);
            body.set("arguments", AdminCommand.object("--arguments", arguments));
            return body;
        }
    }

    @Command(name = "list", description = "Lists the bindings of a virtual host.")
    static final class All extends ListCommand {
        private static final Map<String, String> KNOWN = new LinkedHashMap<>();

        static {
            KNOWN.put("source_name", "source");
            KNOWN.put("destination_name", "destination");
            KNOWN.put("destination_kind", "destination_type");
            KNOWN.put("routing_key", "routing_key");
            KNOWN.put("arguments", "arguments");
            KNOWN.put("vhost", "vhost");
        }

        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Override
        String path() {
            return "/bindings/" + vhost.part();
        }

        @Override
        Map<String, String> known() {
            return KNOWN;
        }

        @Override
        List<String> usual() {
            return List.of("source_name", "destination_name", "destination_kind", "routing_key", "arguments");
        }
    }

    @Command(name = "add", description = "Binds a queue, or an exchange, to an exchange.")
    static final class Add extends AdminCommand {
        @Mixin
        private Ends ends = new Ends();

        @Override
        ExitCode run(AdminClient client) {
            client.send("POST", ends.path(), ends.body(), null);
            return done("'" + ends.destination + "' is bound to exchange '" + ends.exchange + "'");
        }
    }

    @Command(name = "remove", description = "Removes a binding with that very key and those arguments.")
    static final class Remove extends AdminCommand {
        @Mixin
        private Ends ends = new Ends();

        @Override
        ExitCode run(AdminClient client) {
            ObjectNode wanted = ends.body();
            for (JsonNode each : client.get(ends.path())) {
                if (each.path("routing_key").equals(wanted.get("routing_key"))
                        && each.path("arguments").equals(wanted.get("arguments"))) {
                    String key = AdminClient.part(each.path("properties_key").asText());
                    client.send("DELETE", ends.path() + "/" + key, null, null);
                    return done("'" + ends.destination + "' is not bound to exchange '" + ends.exchange
                            + "' by that binding any more");
                }
            }
            throw new FatalException(
                    ExitCode.NOT_FOUND,
                    "no such binding from exchange '" + ends.exchange + "' to '" + ends.destination + "' with key '"
                            + ends.key + "'");
        }
    }
}
