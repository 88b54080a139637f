package io.millrace.server;

import io.millrace.config.BrokerConfig;
import io.millrace.core.log.LogException;
import io.millrace.server.definitions.DefinitionsExport;
import io.millrace.server.definitions.DefinitionsFiles;
import io.millrace.server.definitions.DefinitionsImport;
import io.millrace.server.node.AdminAccess;
import io.millrace.server.node.ListenException;
import io.millrace.server.node.Listeners;
import io.millrace.server.node.Node;
import io.millrace.server.node.NodeFailure;
import io.millrace.server.tls.TlsContext;
import io.millrace.server.tls.TlsException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A running broker, as the command line and tests see it; {@link Node} does the work. */
public final class Broker implements AutoCloseable {
    private final Node node;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Broker(Node node) {
        this.node = node;
    }

    /**
     * Opens the data directory, recovers what lies in it, and serves clients. Blocks until that is done.
     *
     * @throws FatalException it cannot; nothing is left open
     */
    public static Broker start(BrokerConfig config) {
        try {
            Node node = Node.start(config);
            node.definitionsFiles(files(node));
            return new Broker(node);
        } catch (TlsException e) {
            throw new FatalException(ExitCode.CONFIGURATION, text(e), e);
        } catch (ListenException e) {
            throw new FatalException(ExitCode.ADDRESS_IN_USE, text(e), e);
        } catch (LogException e) {
            throw new FatalException(exitCode(e.kind()), text(e), e);
        } catch (IOException e) {
            throw new FatalException(ExitCode.STORAGE, text(e), e);
        }
    }

    /** Where clients are served, with the ports that are really used: {@code amqp://127.0.0.1:5672}; at least one. */
    public List<URI> addresses() {
        return node.listeners().stream().map(Broker::uri).toList();
    }

    /**
     * Reads certificate and key of TLS again, for connections that come from now on. Blocking.
     *
     * @return what is in use now
     * @throws TlsException the files are not right, and what was in use stays so; or there is no TLS
     */
    public TlsContext.InUse reloadTls() throws TlsException {
        return node.reloadTls();
    }

    /** The way to the management interface, if it is not turned off. */
    public Optional<AdminAccess> admin() {
        return Optional.ofNullable(node.admin());
    }

    /** Completes if the broker cannot go on; never with an exception, and not at all when it is closed. */
    public CompletableFuture<FatalException> failure() {
        return node.failure().thenApply(Broker::fatal);
    }

    /** Ends it cleanly: clients are told, what is written reaches the disk. Blocks until done; again has no effect. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            node.close();
        }
    }

    private static URI uri(Listeners.Listener listener) {
        InetSocketAddress address = listener.address();
        String host = address.getAddress().getHostAddress();
        String inUri = host.indexOf(':') < 0 ? host : "[" + host.replace("%", "%25") + "]";
        return URI.create(listener.scheme() + "://" + inUri + ":" + address.getPort());
    }

    private static DefinitionsFiles files(Node node) {
        String version = Broker.class.getPackage().getImplementationVersion();
        return new DefinitionsFiles(
                new DefinitionsImport(node.system(), node.hosts(), node.logins()),
                new DefinitionsExport(node.system(), node.hosts(), version == null ? "0.0.0" : version));
    }

    private static FatalException fatal(NodeFailure failure) {
        ExitCode code = failure.storage() ? ExitCode.STORAGE : ExitCode.UNEXPECTED;
        return new FatalException(code, failure.text(), failure.cause());
    }

    private static ExitCode exitCode(LogException.Kind kind) {
        return switch (kind) {
            case LOCKED, NEWER_FORMAT -> ExitCode.DATA_DIRECTORY;
            case CORRUPT, IO -> ExitCode.STORAGE;
        };
    }

    private static String text(IOException cause) {
        String message = cause.getMessage();
        return message == null ? cause.toString() : message;
    }
}
