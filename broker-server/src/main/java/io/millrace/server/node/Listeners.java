package io.millrace.server.node;

import io.millrace.config.BrokerConfig;
import io.millrace.server.tls.TlsContext;
import io.millrace.server.tls.TlsException;
import io.millrace.server.transport.AmqpServer;
import io.millrace.server.transport.Place;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Where AMQP clients are served: with TLS, without, or both. */
public final class Listeners {
    /**
     * A place where clients are served.
     *
     * @param scheme {@code amqp} or {@code amqps}
     * @param address with the port that is really used
     */
    public record Listener(String scheme, InetSocketAddress address) {}

    private final BrokerConfig config;
    private final @Nullable TlsContext tls;
    private volatile List<Listener> listening = List.of();

    /**
     * Reads the files of TLS, if there is any. Blocking.
     *
     * @throws TlsException they, or the settings, are not right
     */
    Listeners(BrokerConfig config) throws TlsException {
        this.config = config;
        BrokerConfig.Tls asked = config.listeners().tls().orElse(null);
        this.tls = asked == null ? null : TlsContext.open(asked);
    }

    /**
     * Listens everywhere. Blocking.
     *
     * @return at least one place
     * @throws ListenException an address is taken or does not exist
     */
    List<Listener> listen(AmqpServer server) throws IOException {
        List<Listener> listeners = new ArrayList<>();
        if (config.listeners().withoutTls()) {
            BrokerConfig.Amqp amqp = config.amqp();
            listeners.add(listen(server, "amqp", amqp.bind(), amqp.port(), null, "amqp"));
        }
        BrokerConfig.Tls asked = config.listeners().tls().orElse(null);
        if (asked != null) {
            listeners.add(listen(server, "amqps", asked.bind(), asked.port(), tls, "amqp.tls"));
        }
        if (listeners.isEmpty()) {
            throw new ListenException(
                    "nobody can reach the broker: amqp.without-tls is false and amqp.tls.certificate is none",
                    new IllegalStateException("no listener"));
        }
        listening = List.copyOf(listeners);
        return listening;
    }

    /** The places where clients are served; none before. */
    List<Listener> listening() {
        return listening;
    }

    /** The certificate and key in use; null without TLS. */
    TlsContext.@Nullable InUse tls() {
        TlsContext context = tls;
        return context == null ? null : context.inUse();
    }

    /**
     * Reads certificate and key again, for connections that come from now on. Blocking.
     *
     * @throws TlsException they are not right, or there is no TLS; what was in use stays in use
     */
    TlsContext.InUse reloadTls() throws TlsException {
        TlsContext context = tls;
        if (context == null) {
            throw TlsException.off();
        }
        return context.reload();
    }

    /** Looks whether the files of TLS have changed, and reads them then. Blocking. */
    void reloadIfChanged() {
        TlsContext context = tls;
        if (context != null) {
            context.reloadIfChanged();
        }
    }

    private Listener listen(
            AmqpServer server, String scheme, String bind, int port, @Nullable TlsContext tls, String keys)
            throws ListenException {
        try {
            InetAddress resolved = InetAddress.getByName(bind);
            int taken = server.listen(new Place(
                    new InetSocketAddress(resolved, port),
                    tls,
                    config.listeners().proxies()));
            return new Listener(scheme, new InetSocketAddress(resolved, taken));
        } catch (UnknownHostException | CompletionException e) {
            Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
            throw new ListenException(
                    "cannot listen at " + bind + ":" + port + ": " + cause.getMessage() + "; choose another " + keys
                            + ".bind or " + keys + ".port, or end who holds it",
                    cause);
        }
    }
}
