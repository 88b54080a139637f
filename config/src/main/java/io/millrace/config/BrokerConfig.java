package io.millrace.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The whole configuration, checked: every component is within the range of its key, and nothing is left to be
 * decided. What each one means stands with its key in {@link Keys}.
 */
public record BrokerConfig(
        String nodeName,
        DataDirectory data,
        Optional<Path> definitionsImport,
        Amqp amqp,
        Listeners listeners,
        Admin admin,
        Memory memory,
        Queues queues,
        Storage storage,
        Security security,
        Threads threads,
        Log log) {
    /** Keys {@code data.*}. */
    public record DataDirectory(Path directory, long minFreeBytes, long scrubBytesPerSecond) {}

    /** Keys {@code amqp.*} that every listener of clients has. Sizes in bytes. */
    public record Amqp(
            String bind,
            int port,
            int frameBytesMax,
            int channelMax,
            Duration heartbeat,
            Duration handshakeTimeout,
            int messageBytesMax,
            int connectionsMax,
            int unauthenticatedPerAddressMax,
            String product) {}

    /**
     * How clients reach the broker.
     *
     * @param withoutTls whether the listener of {@link Amqp} is there
     * @param proxies whose word counts for the address of a client; empty if nobody's does
     * @param tls the listener with TLS, if there is one
     */
    public record Listeners(
            boolean withoutTls, boolean passwordsOverTlsOnly, List<Network> proxies, Optional<Tls> tls) {}

    /** Keys {@code amqp.tls.*}, once there is a certificate. */
    public record Tls(
            String bind,
            int port,
            Path certificate,
            Optional<Path> key,
            Optional<Secret> keyPassword,
            ClientCertificates clientCertificates,
            Optional<Path> authorities,
            List<String> protocols,
            Optional<List<String>> ciphers,
            CertificateLogin loginFrom,
            AlternativeName loginAlternativeName) {}

    /** Keys {@code admin.*}; port 0 is any. */
    public record Admin(boolean enabled, int port) {}

    /** Keys {@code memory.*}, in bytes. */
    public record Memory(long messageBytesMax, long readAheadBytesMax, long transactionBytesMax) {}

    /** Keys {@code queues.*}; 0 is for ever. */
    public record Queues(Duration consumerTimeout) {}

    /** Keys {@code storage.*}. */
    public record Storage(Duration commitInterval, int walFileBytes, int unflushedBytesMax) {}

    /** Keys {@code security.*}. */
    public record Security(DefaultUser defaultUser, int passwordIterations) {}

    /** Keys {@code security.default-user.*}. */
    public record DefaultUser(String name, Secret password, boolean loopbackOnly) {}

    /** Keys {@code threads.*}. */
    public record Threads(int eventLoops, int workers) {}

    /** Keys {@code log.*}. */
    public record Log(LogLevel level, LogFormat format) {}

    /** What the broker runs with when nothing is configured. */
    public static BrokerConfig defaults() {
        return of(Settings.DEFAULTS, Machine.here());
    }

    /** Puts the settings in their places and decides what was left to the broker. */
    public static BrokerConfig of(Settings settings, Machine machine) {
        return new BrokerConfig(
                settings.get(Keys.NODE_NAME).on(machine),
                new DataDirectory(
                        settings.get(Keys.DATA_DIR),
                        settings.get(Keys.DATA_MIN_FREE),
                        settings.get(Keys.DATA_SCRUB_RATE)),
                settings.get(Keys.DEFINITIONS_IMPORT),
                amqp(settings),
                listeners(settings),
                new Admin(settings.get(Keys.ADMIN_ENABLED), settings.get(Keys.ADMIN_PORT)),
                new Memory(
                        settings.get(Keys.MEMORY_MESSAGES).on(machine),
                        settings.get(Keys.MEMORY_READ_AHEAD),
                        settings.get(Keys.MEMORY_TRANSACTION)),
                new Queues(settings.get(Keys.QUEUES_CONSUMER_TIMEOUT)),
                new Storage(
                        settings.get(Keys.STORAGE_COMMIT_INTERVAL),
                        Math.toIntExact(settings.get(Keys.STORAGE_WAL_FILE)),
                        Math.toIntExact(settings.get(Keys.STORAGE_UNFLUSHED_MAX))),
                new Security(
                        new DefaultUser(
                                settings.get(Keys.SECURITY_DEFAULT_USER_NAME),
                                settings.get(Keys.SECURITY_DEFAULT_USER_PASSWORD),
                                settings.get(Keys.SECURITY_DEFAULT_USER_LOOPBACK_ONLY)),
                        settings.get(Keys.SECURITY_PASSWORD_ITERATIONS)),
                new Threads(
                        settings.get(Keys.THREADS_EVENT_LOOPS).on(machine),
                        settings.get(Keys.THREADS_WORKERS).on(machine)),
                new Log(settings.get(Keys.LOG_LEVEL), settings.get(Keys.LOG_FORMAT)));
    }

    private static Listeners listeners(Settings settings) {
        return new Listeners(
                settings.get(Keys.AMQP_WITHOUT_TLS),
                settings.get(Keys.AMQP_PASSWORDS_OVER_TLS_ONLY),
                settings.get(Keys.AMQP_PROXY_PROTOCOL) ? settings.get(Keys.AMQP_PROXY_PROTOCOL_FROM) : List.of(),
                settings.get(Keys.AMQP_TLS_CERTIFICATE).map(certificate -> tls(settings, certificate)));
    }

    private static Tls tls(Settings settings, Path certificate) {
        return new Tls(
                settings.get(Keys.AMQP_TLS_BIND),
                settings.get(Keys.AMQP_TLS_PORT),
                certificate,
                settings.get(Keys.AMQP_TLS_KEY),
                settings.get(Keys.AMQP_TLS_KEY_PASSWORD),
                settings.get(Keys.AMQP_TLS_CLIENT_CERTIFICATES),
                settings.get(Keys.AMQP_TLS_CA),
                settings.get(Keys.AMQP_TLS_PROTOCOLS),
                settings.get(Keys.AMQP_TLS_CIPHERS),
                settings.get(Keys.AMQP_TLS_LOGIN_FROM),
                settings.get(Keys.AMQP_TLS_LOGIN_ALTERNATIVE_NAME));
    }

    private static Amqp amqp(Settings settings) {
        return new Amqp(
                settings.get(Keys.AMQP_BIND),
                settings.get(Keys.AMQP_PORT),
                Math.toIntExact(settings.get(Keys.AMQP_FRAME_MAX)),
                settings.get(Keys.AMQP_CHANNEL_MAX),
                settings.get(Keys.AMQP_HEARTBEAT),
                settings.get(Keys.AMQP_HANDSHAKE_TIMEOUT),
                Math.toIntExact(settings.get(Keys.AMQP_MAX_MESSAGE_SIZE)),
                settings.get(Keys.AMQP_MAX_CONNECTIONS),
                settings.get(Keys.AMQP_MAX_UNAUTHENTICATED_PER_ADDRESS),
                settings.get(Keys.AMQP_PRODUCT));
    }
}
