package io.millrace.server.cli;

import io.millrace.server.ExitCode;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace demo}. */
@Command(name = "demo", description = "Shows what the broker does, with events of your own or its own.")
final class DemoCommand extends CliCommand {
    @Option(names = "--events", paramLabel = "FILE.jsonl", description = "Events to send, one JSON object a line.")
    private @Nullable Path events;

    @Option(
            names = "--key",
            paramLabel = "FIELD",
            split = ",",
            defaultValue = "event,action",
            description = "Fields of an event that make its routing key. Default: ${DEFAULT-VALUE}.")
    private List<String> key = List.of();

    @Override
    ExitCode execute() {
        err().println("millrace: the demo is not built yet (events=" + events + ", key=" + String.join(",", key) + ")");
        return ExitCode.UNEXPECTED;
    }
}
