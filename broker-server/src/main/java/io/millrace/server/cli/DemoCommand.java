package io.millrace.server.cli;

import io.millrace.server.ExitCode;
import io.millrace.server.FatalException;
import io.millrace.server.demo.Demo;
import io.millrace.server.demo.DemoOptions;
import io.millrace.server.demo.Terminal;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace demo}. */
@Command(
        name = "demo",
        description = {
            "Sends real events through a broker and checks every count.",
            "It starts a broker of its own, publishes with confirms to a topic exchange with several subscribers, of which "
                    + "one fails on some events until they are dead letters, and ends with 0 only if all adds up. The events "
                    + "are the commits of the git repository that it is run in, or those of a file."
        })
final class DemoCommand extends CliCommand {
    @Option(
            names = "--events",
            paramLabel = "FILE.jsonl",
            description = "Events to send, one JSON object a line; instead of the git history.")
    private @Nullable Path events;

    @Option(
            names = "--key",
            paramLabel = "FIELD",
            split = ",",
            defaultValue = "event,action",
            description =
                    "With --events: the fields that make the routing key, one word each; a.b is the field b in the "
                            + "field a. Default: ${DEFAULT-VALUE}.")
    private List<String> key = List.of();

    @Option(names = "--count", paramLabel = "N", description = "How many events at most.")
    private int count = DemoOptions.COUNT_MAX;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Events a second; 0 is as fast as it goes. Without it: so that it can be watched.")
    private @Nullable Double rate;

    @Option(
            names = "--uri",
            paramLabel = "URI",
            description = "A broker that is running, such as amqp://guest:guest@127.0.0.1:5672; instead of an own one.")
    private @Nullable URI uri;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Where the own broker keeps its data, to be looked at later; instead of a temporary directory.")
    private @Nullable Path data;

    @Override
    ExitCode execute() {
        if (count < 1 || count > DemoOptions.COUNT_MAX) {
            throw usage("--count is " + count + "; allowed: 1 to " + DemoOptions.COUNT_MAX);
        }
        Double wanted = rate;
        if (wanted != null && !(wanted >= 0 && wanted <= 1e9)) {
            throw usage("--rate is " + wanted + "; allowed: 0 to 1000000000");
        }
        if (uri != null && data != null) {
            throw usage(
                    "--data is where a broker of the demonstration's own keeps its data; it does not go with --uri");
        }
        DemoOptions options = new DemoOptions(
                events, key, count, wanted, uri, data, Path.of("").toAbsolutePath());
        return new Demo(options, out(), Terminal.draws(environment())).run();
    }

    private static FatalException usage(String text) {
        return new FatalException(ExitCode.USAGE, text);
    }
}
