package io.millrace.server.cli;

import io.millrace.config.Keys;
import io.millrace.server.ExitCode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace stop}. */
@Command(
        name = "stop",
        description = "Tells the broker on a data directory to stop, and waits up to 35 s until it has.")
final class StopCommand extends CliCommand {
    private static final long WAIT_SECONDS_MAX = 35;

    @Mixin
    private DataFlags flags = new DataFlags();

    @Override
    ExitCode execute() throws Exception {
        Path directory =
                flags.read(environment()).get(Keys.DATA_DIR).toAbsolutePath().normalize();
        Optional<RunningBroker> running = RunningBroker.on(directory);
        if (running.isEmpty()) {
            err().println("millrace: " + RunningBroker.absence(directory));
            return ExitCode.NOT_RUNNING;
        }
        return stop(running.get().process());
    }

    private ExitCode stop(ProcessHandle process) throws Exception {
        long begun = System.nanoTime();
        if (!process.destroy() && process.isAlive()) {
            err().println("millrace: process " + process.pid() + " cannot be told to stop; is it another user's?");
            return ExitCode.UNEXPECTED;
        }
        try {
            process.onExit().get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            err().println("millrace: process " + process.pid() + " was told to stop and still runs after "
                    + WAIT_SECONDS_MAX + " s; its log says why");
            return ExitCode.STILL_RUNNING;
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        out().println("stopped pid=" + process.pid() + " after " + millis + " ms");
        return ExitCode.OK;
    }
}
