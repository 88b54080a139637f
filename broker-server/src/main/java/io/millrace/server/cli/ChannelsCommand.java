package io.millrace.server.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code millrace channels}. */
@Command(
        name = "channels",
        description = "Lists channels.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = ChannelsCommand.All.class)
final class ChannelsCommand extends GroupCommand {
    @Command(name = "list", description = "Lists the channels of all connections.")
    static final class All extends ListCommand {
        private static final Map<String, String> KNOWN = same(
                "name",
                "number",
                "user",
                "vhost",
                "consumer_count",
                "messages_unacknowledged",
                "messages_unconfirmed",
                "prefetch_count",
                "global_prefetch_count",
                "confirm",
                "transactional",
                "state");

        static {
            KNOWN.put("connection", "connection_details.name");
        }

        @Override
        String path() {
            return "/channels";
        }

        @Override
        Map<String, String> known() {
            return KNOWN;
        }

        @Override
        List<String> usual() {
            return List.of("name", "user", "consumer_count", "messages_unacknowledged");
        }
    }
}
