package io.millrace.server.cli;

import io.millrace.config.BrokerConfig;
import io.millrace.server.Broker;
import io.millrace.server.ExitCode;
import io.millrace.server.FatalException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker as the work of this process, from its start to the end of the process.
 *
 * <p>A signal makes the Java virtual machine run its shutdown hooks and then end with 128 and the number of the
 * signal. A clean stop is a success, so the hook closes the broker and ends the process itself.
 */
final class Foreground {
    private static final Logger log = LoggerFactory.getLogger(Foreground.class);
    // Less than the patience of 'stop', so that the reason is told by the process that knows it.
    private static final long CLOSE_SECONDS_MAX = 30;
    private static final long WRITE_AGAIN_SECONDS = 2;

    private final BrokerConfig config;
    private final PrintWriter out;
    private final PrintWriter err;
    private volatile ExitCode exitCode = ExitCode.OK;
    private volatile boolean ending;

    Foreground(BrokerConfig config, PrintWriter out, PrintWriter err) {
        this.config = config;
        this.out = out;
        this.err = err;
    }

    /** Serves until the broker fails; a signal ends the process instead of this method. */
    ExitCode run() {
        Path directory = config.data().directory().toAbsolutePath().normalize();
        Broker broker = Broker.start(config);
        List<URI> addresses = broker.addresses();
        RunFile file = RunFile.ofThisProcess(addresses, broker.admin().orElse(null));
        boolean found = write(file, directory);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(broker, directory), "millrace-stop"));

        String places = addresses.stream().map(URI::toString).collect(Collectors.joining(" "));
        log.info("ready node={} addresses={} data={}", config.nodeName(), places, directory);
        out.println("ready " + places);
        out.flush();
        hint(directory, addresses);

        FatalException failure = awaitFailure(broker, found ? null : file, directory);
        exitCode = failure.exitCode();
        log.error("the broker cannot go on: {}", failure.getMessage(), failure.getCause());
        return exitCode;
    }

    /** A full disk is no reason not to serve: consumers are who makes room. */
    private boolean write(RunFile file, Path directory) {
        try {
            file.write(directory);
            return true;
        } catch (IOException e) {
            log.warn(
                    "the run file cannot be written, commands do not find this broker until it can file={} cause={}",
                    directory.resolve(RunFile.NAME),
                    e.toString());
            return false;
        }
    }

    private FatalException awaitFailure(Broker broker, @Nullable RunFile unwritten, Path directory) {
        CompletableFuture<FatalException> failure = broker.failure();
        @Nullable RunFile file = unwritten;
        while (file != null) {
            try {
                return failure.get(WRITE_AGAIN_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                file = ending || write(file, directory) ? null : file;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
        return failure.join();
    }

    private void hint(Path directory, List<URI> addresses) {
        err.println("millrace: data lies in " + directory);
        addresses.stream()
                .findFirst()
                .ifPresent(address -> err.println("millrace: connect any AMQP 0-9-1 client to " + address + " as user "
                        + config.security().defaultUser().name() + ", or try 'millrace demo'"));
        err.println("millrace: Ctrl-C ends it, and so does 'millrace stop --data " + directory + "'");
        err.flush();
    }

    private void end(Broker broker, Path directory) {
        ending = true;
        Thread closing = new Thread(() -> close(broker, directory), "millrace-close");
        closing.setDaemon(true);
        closing.start();
        try {
            closing.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS_MAX));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (closing.isAlive()) {
            log.error("the broker did not close in time, giving up seconds={}", CLOSE_SECONDS_MAX);
            failed(ExitCode.UNEXPECTED);
        }
        out.flush();
        err.flush();
        Runtime.getRuntime().halt(exitCode.number());
    }

    private void close(Broker broker, Path directory) {
        try {
            broker.close();
            RunFile.removeOfThisProcess(directory);
            log.info("stopped");
        } catch (FatalException e) {
            failed(e.exitCode());
            log.error("the broker did not close cleanly: {}", e.getMessage(), e.getCause());
        } catch (IOException e) {
            failed(ExitCode.STORAGE);
            log.error("the run file cannot be removed file={}", directory.resolve(RunFile.NAME), e);
        } catch (RuntimeException e) {
            failed(ExitCode.UNEXPECTED);
            log.error("the broker did not close cleanly", e);
        }
    }

    /** What the broker failed of counts, not what failed in its wake: a disk that is gone fails again at every turn. */
    private void failed(ExitCode code) {
        if (exitCode == ExitCode.OK) {
            exitCode = code;
        }
    }
}
