package io.millrace.server.cli;

import io.millrace.config.ConfigSources;
import io.millrace.config.Keys;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags of a start, and of the commands that look at the configuration which a start would have. */
final class StartFlags extends DataFlags {
    @Option(names = "--amqp-port", paramLabel = "N", description = "The AMQP port (amqp.port); 0 is any free one.")
    private @Nullable String amqpPort;

    @Override
    void addFlags(ConfigSources sources) {
        if (amqpPort != null) {
            sources.flag("--amqp-port", Keys.AMQP_PORT, amqpPort);
        }
    }
}
