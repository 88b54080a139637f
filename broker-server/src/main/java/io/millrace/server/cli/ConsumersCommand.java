package io.millrace.server.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace consumers}. */
@Command(
        name = "consumers",
        description = "Lists consumers.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = ConsumersCommand.All.class)
final class ConsumersCommand extends GroupCommand {
    @Command(name = "list", description = "Lists the consumers of a virtual host.")
    static final class All extends ListCommand {
        private static final Map<String, String> KNOWN = new LinkedHashMap<>();

        static {
            KNOWN.put("queue_name", "queue.name");
            KNOWN.put("channel", "channel_details.name");
            KNOWN.put("consumer_tag", "consumer_tag");
            KNOWN.put("ack_required", "ack_required");
            KNOWN.put("prefetch_count", "prefetch_count");
            KNOWN.put("active", "active");
            KNOWN.put("activity_status", "activity_status");
            KNOWN.put("exclusive", "exclusive");
            KNOWN.put("arguments", "arguments");
        }

        @Mixin
        private VhostFlag vhost = new VhostFlag();

        @Override
        String path() {
            return "/consumers/" + vhost.part();
        }

        @Override
        Map<String, String> known() {
            return KNOWN;
        }

        @Override
        List<String> usual() {
            return List.copyOf(KNOWN.keySet());
        }
    }
}
