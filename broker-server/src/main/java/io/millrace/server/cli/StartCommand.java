package io.millrace.server.cli;

import io.millrace.config.BrokerConfig;
import io.millrace.config.Machine;
import io.millrace.server.ExitCode;
import io.millrace.server.logging.LogSetup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace start}. */
@Command(
        name = "start",
        description = {
            "Starts the broker in the foreground.",
            "Standard output gets one line, beginning with 'ready' and naming the addresses, once clients are served; "
                    + "the log goes to standard error. SIGTERM and SIGINT (Ctrl-C) end it cleanly."
        })
final class StartCommand extends CliCommand {
    @Mixin
    private StartFlags flags = new StartFlags();

    @Override
    ExitCode execute() throws Exception {
        BrokerConfig config = BrokerConfig.of(flags.read(environment()), Machine.here());
        LogSetup.apply(config.log());
        return new Foreground(config, out(), err()).run();
    }
}
