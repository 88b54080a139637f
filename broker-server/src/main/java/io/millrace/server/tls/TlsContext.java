package io.millrace.server.tls;

import io.millrace.config.BrokerConfig;
import io.millrace.config.ClientCertificates;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate and the rules of TLS that new connections get. Any thread.
 *
 * <p>What was read once stays in use until something better has been read as a whole: files that are missing, half
 * written, or do not belong together change nothing. Open connections keep what they began with.
 */
public final class TlsContext {
    private static final Logger log = LoggerFactory.getLogger(TlsContext.class);

    /** A client that opens and never closes must not fill the memory with sessions to be resumed. */
    private static final int SESSIONS_MAX = 20_000;

    private static final Duration SESSION_TIME = Duration.ofHours(1);
    private static final Duration EXPIRES_SOON = Duration.ofDays(14);

    static {
        // Read once, when the first TLS class of the platform is loaded. A client that begins its handshake anew again
        // and
        // again costs the broker a signature each time, and no client needs it.
        if (System.getProperty("jdk.tls.rejectClientInitiatedRenegotiation") == null) {
            System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        }
    }

    private final BrokerConfig.Tls config;
    private volatile Loaded current;
    /** The files as they were at the last look, good or bad. */
    private volatile String seen;

    /**
     * What was read.
     *
     * @param context makes connections
     * @param certificate who the broker is
     */
    private record Loaded(SslContext context, X509Certificate certificate) {}

    /**
     * What is in use after a reload.
     *
     * @param subject who the certificate names
     * @param expires when it ends
     */
    public record InUse(String subject, Instant expires) {}

    private TlsContext(BrokerConfig.Tls config, Loaded loaded, String seen) {
        this.config = config;
        this.current = loaded;
        this.seen = seen;
    }

    /**
     * Reads the files. Blocking.
     *
     * @throws TlsException they, or the settings, are not right
     */
    public static TlsContext open(BrokerConfig.Tls config) throws TlsException {
        String look = look(config);
        TlsContext context = new TlsContext(config, load(config), look);
        log.info(
                "TLS is served subject={} expires={}",
                context.inUse().subject(),
                context.inUse().expires());
        return context;
    }

    /**
     * Reads the files again, for connections that come from now on. Blocking.
     *
     * @throws TlsException they are not right; what was in use stays in use
     */
    public synchronized InUse reload() throws TlsException {
        seen = look(config);
        current = load(config);
        log.info("TLS has read its files anew subject={} expires={}", inUse().subject(), inUse().expires());
        return inUse();
    }

    /** Reloads if a file has changed since the last look, and logs what comes of it. Blocking. */
    public synchronized void reloadIfChanged() {
        if (look(config).equals(seen)) {
            return;
        }
        try {
            reload();
        } catch (TlsException e) {
            log.error(
                    "TLS keeps its certificate, the new files are not right subject={} expires={} cause={}",
                    inUse().subject(),
                    inUse().expires(),
                    e.getMessage());
        }
    }

    /** What new connections get. */
    public InUse inUse() {
        X509Certificate certificate = current.certificate();
        return new InUse(
                certificate.getSubjectX500Principal().toString(),
                certificate.getNotAfter().toInstant());
    }

    /** What speaks TLS on one new connection. Whoever uses it bounds the time of the handshake. */
    public SslHandler newHandler(ByteBufAllocator allocator) {
        SslHandler handler = current.context().newHandler(allocator);
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    /** Finds the user's name in the certificates of clients; null if clients are not asked for any. */
    public @Nullable CertificateName certificateName() {
        return config.clientCertificates() == ClientCertificates.NONE
                ? null
                : new CertificateName(config.loginFrom(), config.loginAlternativeName());
    }

    private static Loaded load(BrokerConfig.Tls config) throws TlsException {
        OwnKey own = KeyFiles.own(config);
        warnOfEnd(own.certificate(), config.certificate());
        checkSuites(config);
        SslContextBuilder builder = SslContextBuilder.forServer(own.factory())
                .sslProvider(SslProvider.JDK)
                .protocols(config.protocols())
                .sessionCacheSize(SESSIONS_MAX)
                .sessionTimeout(SESSION_TIME.toSeconds())
                .clientAuth(clientAuth(config.clientCertificates()));
        config.ciphers().ifPresent(names -> builder.ciphers(names, IdentityCipherSuiteFilter.INSTANCE));
        if (config.clientCertificates() != ClientCertificates.NONE) {
            Path authorities = config.authorities()
                    .orElseThrow(() -> new TlsException("amqp.tls.client-certificates is "
                            + config.clientCertificates().name().toLowerCase(Locale.ROOT)
                            + ", but amqp.tls.ca does not say which authorities are trusted"));
            builder.trustManager(KeyFiles.authorities(authorities));
        }
        try {
            return new Loaded(builder.build(), own.certificate());
        } catch (SSLException | IllegalArgumentException e) {
            throw new TlsException("TLS cannot be served with " + config.certificate() + ": " + e.getMessage(), e);
        }
    }

    private static ClientAuth clientAuth(ClientCertificates asked) {
        return switch (asked) {
            case NONE -> ClientAuth.NONE;
            case REQUEST -> ClientAuth.OPTIONAL;
            case REQUIRED -> ClientAuth.REQUIRE;
        };
    }

    private static void checkSuites(BrokerConfig.Tls config) throws TlsException {
        List<String> asked = config.ciphers().orElse(List.of());
        if (asked.isEmpty()) {
            return;
        }
        try {
            SSLParameters platform = SSLContext.getDefault().getSupportedSSLParameters();
            Set<String> known = new TreeSet<>(List.of(platform.getCipherSuites()));
            List<String> unknown = new ArrayList<>(asked);
            unknown.removeAll(known);
            if (!unknown.isEmpty()) {
                throw new TlsException("amqp.tls.ciphers names what this Java does not know: " + unknown + "; it knows "
                        + String.join(",", known));
            }
        } catch (GeneralSecurityException e) {
            throw new TlsException("this Java runtime has no TLS: " + e.getMessage(), e);
        }
    }

    private static void warnOfEnd(X509Certificate certificate, Path file) {
        Instant end = certificate.getNotAfter().toInstant();
        Instant now = Instant.now();
        Instant begin = certificate.getNotBefore().toInstant();
        if (begin.isAfter(now)) {
            log.warn("the certificate is not valid yet file={} begins={}", file, begin);
        } else if (end.isBefore(now)) {
            log.warn("the certificate has expired, clients will refuse it file={} expired={}", file, end);
        } else if (end.isBefore(now.plus(EXPIRES_SOON))) {
            log.warn("the certificate expires soon file={} expires={}", file, end);
        }
    }

    /** What the files look like from outside; a link that leads elsewhere now is a change too. */
    private static String look(BrokerConfig.Tls config) {
        StringBuilder look = new StringBuilder();
        List<Path> files = new ArrayList<>(List.of(config.certificate()));
        config.key().ifPresent(files::add);
        config.authorities().ifPresent(files::add);
        for (Path file : files) {
            try {
                BasicFileAttributes met = Files.readAttributes(file, BasicFileAttributes.class);
                look.append(met.lastModifiedTime().toInstant())
                        .append(' ')
                        .append(met.size())
                        .append(' ')
                        .append(met.fileKey())
                        .append(';');
            } catch (IOException e) {
                look.append("none;");
            }
        }
        return look.toString();
    }
}
