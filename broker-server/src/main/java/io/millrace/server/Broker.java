package io.millrace.server;

import io.millrace.config.BrokerConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A running broker.
 *
 * <p>Not built yet: it makes its data directory and serves nothing.
 */
public final class Broker implements AutoCloseable {
    private final BrokerConfig config;
    private final CompletableFuture<FatalException> failure = new CompletableFuture<>();

    private Broker(BrokerConfig config) {
        this.config = config;
    }

    /**
     * Opens the data directory, recovers what lies in it, and serves clients. Blocks until that is done.
     *
     * @throws FatalException it cannot; nothing is left open
     */
    public static Broker start(BrokerConfig config) {
        try {
            Files.createDirectories(config.data().directory());
        } catch (IOException e) {
            throw new FatalException(ExitCode.STORAGE, "the data directory cannot be made: " + e, e);
        }
        return new Broker(config);
    }

    /** Where clients are served, with the ports that are really used: {@code amqp://127.0.0.1:5672}. */
    public List<URI> addresses() {
        return List.of(URI.create(
                "amqp://" + config.amqp().bind() + ":" + config.amqp().port()));
    }

    /** Completes if the broker cannot go on; never with an exception, and not at all when it is closed. */
    public CompletableFuture<FatalException> failure() {
        return failure;
    }

    /** Ends it cleanly: clients are told, what is written reaches the disk. Blocks until done; again has no effect. */
    @Override
    public void close() {}
}
