package io.millrace.config;

import static io.millrace.config.SizeType.GIB;
import static io.millrace.config.SizeType.KIB;
import static io.millrace.config.SizeType.MIB;
import static io.millrace.config.SizeType.TIB;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Every key there is, in the order of the manual. A new key is a constant here and a component of a record in
 * {@link BrokerConfig}; {@code docs/configuration.md}, the errors and the environment variables follow from it.
 */
public final class Keys {
    private static final List<Key<?>> KEYS = new ArrayList<>();
    private static final TextType BIND =
            TextType.of("[0-9A-Za-z.:%_-]{1,255}", "an IP address or a host name; 0.0.0.0 is every IPv4 interface");

    public static final Key<Auto<String>> NODE_NAME = key(
            "node.name",
            new AutoType<>(
                    TextType.of("[A-Za-z0-9_.@-]{1,255}", "1 to 255 characters of A-Z a-z 0-9 _ . @ -"),
                    "millrace@ and the name of the host",
                    machine -> "millrace@" + machine.host()),
            "auto",
            "The name by which this broker goes towards clients, in logs and in status.");

    public static final Key<Path> DATA_DIR = key(
            "data.dir",
            new PathType(),
            "./millrace-data",
            "Where everything lies that must survive a restart. One broker at a time may use a directory; it is"
                    + " made when it is not there.");
    public static final Key<Long> DATA_MIN_FREE = key(
            "data.min-free",
            new SizeType(8 * MIB, 64 * TIB),
            "1GiB",
            "While the disk of the data directory has less than this free, publishers wait. Consumers go on, so"
                    + " that room can be made.");

    public static final Key<Long> DATA_SCRUB_RATE = key(
            "data.scrub-rate",
            new SizeType(0, TIB),
            "8MiB",
            "How many bytes a second of stored messages are read again and checked, so that damage on the disk is found"
                    + " before somebody needs the message. It begins soon after a start and again an hour after all was"
                    + " read, for all virtual hosts together, and waits for other reads and writes. 0 checks nothing:"
                    + " then damage is found when a message is read.");

    public static final Key<Optional<Path>> DEFINITIONS_IMPORT = key(
            "definitions.import",
            new OptionType<>(new PathType(), "none", "nothing is imported"),
            "none",
            "A JSON file of definitions (users, virtual hosts, permissions, policies, queues, exchanges, bindings) that is"
                    + " carried out at each start, before clients are served. What was changed meanwhile and stands in the"
                    + " file is set back; what does not stand in it stays. With such a file a new broker gets no default"
                    + " user and no default virtual host.");

    public static final Key<String> AMQP_BIND = key(
            "amqp.bind",
            BIND,
            "127.0.0.1",
            "The address at which AMQP clients are served. The default reaches no further than this machine.");
    public static final Key<Integer> AMQP_PORT = key(
            "amqp.port",
            new IntegerType(0, 65535),
            "5672",
            "The port at which AMQP clients are served. 0 takes any free one and names it when the broker is ready.");
    public static final Key<Long> AMQP_FRAME_MAX = key(
            "amqp.frame-max",
            new SizeType(4 * KIB, 16 * MIB),
            "128KiB",
            "The largest frame that is offered to a client. A message of any size is carried in frames of this size.");
    public static final Key<Integer> AMQP_CHANNEL_MAX =
            key("amqp.channel-max", new IntegerType(1, 65535), "2047", "How many channels a connection may have open.");
    public static final Key<Duration> AMQP_HEARTBEAT = key(
            "amqp.heartbeat",
            new DurationType(Duration.ZERO, Duration.ofSeconds(65535), Duration.ofSeconds(1)),
            "60s",
            "The heartbeat that is offered to a client. A connection on which nothing comes for twice as long is"
                    + " closed. 0 offers none.");
    public static final Key<Duration> AMQP_HANDSHAKE_TIMEOUT = key(
            "amqp.handshake-timeout",
            new DurationType(Duration.ofMillis(100), Duration.ofMinutes(5)),
            "10s",
            "How long a client may take from connecting to an open virtual host.");
    public static final Key<Long> AMQP_MAX_MESSAGE_SIZE = key(
            "amqp.max-message-size",
            new SizeType(KIB, 512 * MIB),
            "128MiB",
            "The largest body of a message. A larger one ends the publisher's channel with an error.");
    public static final Key<Integer> AMQP_MAX_CONNECTIONS = key(
            "amqp.max-connections",
            new IntegerType(1, 1_000_000),
            "10000",
            "How many connections may be open at once. Further ones are closed at once.");
    public static final Key<Integer> AMQP_MAX_UNAUTHENTICATED_PER_ADDRESS = key(
            "amqp.max-unauthenticated-per-address",
            new IntegerType(1, 1_000_000),
            "100",
            "How many connections of one client address may be open that have not logged in yet.");
    public static final Key<String> AMQP_PRODUCT = key(
            "amqp.product",
            TextType.of("\\P{Cntrl}{1,64}", "1 to 64 characters, no control characters"),
            "Millrace",
            "The product that clients are told they are connected to. Some tools only work with a product that they"
                    + " know.");

    public static final Key<Boolean> AMQP_WITHOUT_TLS = key(
            "amqp.without-tls",
            new BooleanType(),
            "true",
            "Whether AMQP clients are served at amqp.bind and amqp.port, where nothing is encrypted. false leaves the"
                    + " listener with TLS alone.");
    public static final Key<Boolean> AMQP_PASSWORDS_OVER_TLS_ONLY = key(
            "amqp.passwords-over-tls-only",
            new BooleanType(),
            "false",
            "Whether clients may log in with a password (PLAIN, AMQPLAIN) over TLS only.");
    public static final Key<Boolean> AMQP_PROXY_PROTOCOL = key(
            "amqp.proxy-protocol",
            new BooleanType(),
            "false",
            "Whether AMQP clients come through a proxy that tells their real address by the PROXY protocol, version 1 or"
                    + " 2. Connections without its header are then closed.");
    public static final Key<List<Network>> AMQP_PROXY_PROTOCOL_FROM = key(
            "amqp.proxy-protocol-from",
            new ListType<>(new NetworkType()),
            "127.0.0.1/32,::1/128",
            "The proxies whose word is taken for the address of a client. Connections from elsewhere are closed while"
                    + " amqp.proxy-protocol is true.");
    public static final Key<String> AMQP_TLS_BIND =
            key("amqp.tls.bind", BIND, "127.0.0.1", "The address at which AMQP clients are served with TLS (amqps).");
    public static final Key<Integer> AMQP_TLS_PORT = key(
            "amqp.tls.port",
            new IntegerType(0, 65535),
            "5671",
            "The port at which AMQP clients are served with TLS. 0 takes any free one. Without a certificate nothing"
                    + " listens there.");
    public static final Key<Optional<Path>> AMQP_TLS_CERTIFICATE = key(
            "amqp.tls.certificate",
            new OptionType<>(new PathType(), "none", "no listener with TLS"),
            "none",
            "The certificate of the broker: a PEM file with the broker's own first and those between it and its root"
                    + " behind it, or a PKCS#12 file that also holds the key.");
    public static final Key<Optional<Path>> AMQP_TLS_KEY = key(
            "amqp.tls.key",
            new OptionType<>(new PathType(), "none", "the key is in the certificate's PKCS#12 file"),
            "none",
            "The private key of that certificate: a PEM file, not encrypted, that other users of the machine cannot read.");
    public static final Key<Optional<Secret>> AMQP_TLS_KEY_PASSWORD = key(
            "amqp.tls.key-password",
            new OptionType<>(new SecretType(), "none", "an empty password"),
            "none",
            "The password of the PKCS#12 file.");
    public static final Key<ClientCertificates> AMQP_TLS_CLIENT_CERTIFICATES = key(
            "amqp.tls.client-certificates",
            ChoiceType.of(ClientCertificates.class),
            "none",
            "Whether clients are asked for a certificate, and whether those without one are refused. A client with a"
                    + " certificate may log in by EXTERNAL.");
    public static final Key<Optional<Path>> AMQP_TLS_CA = key(
            "amqp.tls.ca",
            new OptionType<>(new PathType(), "none", "client certificates are not asked for"),
            "none",
            "A PEM file with the certificates of the authorities whose client certificates are accepted.");
    public static final Key<List<String>> AMQP_TLS_PROTOCOLS = key(
            "amqp.tls.protocols",
            new ListType<>(TextType.of("TLSv1\\.[23]", "TLSv1.2, TLSv1.3")),
            "TLSv1.3,TLSv1.2",
            "The versions of TLS that are offered.");
    public static final Key<Optional<List<String>>> AMQP_TLS_CIPHERS = key(
            "amqp.tls.ciphers",
            new OptionType<>(
                    new ListType<>(TextType.of("TLS_[A-Z0-9_]{1,100}", "names of cipher suites, TLS_…")),
                    "auto",
                    "those that are safe, the strongest first"),
            "auto",
            "The cipher suites that are offered, the preferred one first.");
    public static final Key<CertificateLogin> AMQP_TLS_LOGIN_FROM = key(
            "amqp.tls.login-from",
            ChoiceType.of(CertificateLogin.class),
            "distinguished_name",
            "What in a client's certificate is the name of the user that it logs in as by EXTERNAL.");
    public static final Key<AlternativeName> AMQP_TLS_LOGIN_ALTERNATIVE_NAME = key(
            "amqp.tls.login-alternative-name",
            ChoiceType.of(AlternativeName.class),
            "dns",
            "Which kind of alternative name it is, if amqp.tls.login-from is subject_alternative_name.");
    public static final Key<Boolean> ADMIN_ENABLED = key(
            "admin.enabled",
            new BooleanType(),
            "true",
            "Whether the broker can be administered while it runs, by the command line and over HTTP. It is reached"
                    + " from this machine only.");
    public static final Key<Integer> ADMIN_PORT = key(
            "admin.port",
            new IntegerType(0, 65535),
            "0",
            "The port of the administration over HTTP, on 127.0.0.1. 0 takes any free one, which the command line finds"
                    + " by the data directory.");

    public static final Key<Auto<Long>> MEMORY_MESSAGES = key(
            "memory.messages",
            new AutoType<>(
                    new SizeType(8 * MIB, TIB),
                    "a quarter of the maximum heap, at least 32MiB and at most 256MiB",
                    machine -> Math.max(32 * MIB, Math.min(256 * MIB, machine.heapBytesMax() / 4))),
            "auto",
            "How many bytes of messages a virtual host keeps in memory. What is older is moved to disk and read back"
                    + " when its turn comes; publishers wait only while moving is behind.");
    public static final Key<Long> MEMORY_READ_AHEAD = key(
            "memory.read-ahead",
            new SizeType(MIB, 64 * GIB),
            "32MiB",
            "How many bytes of messages may be on their way from disk to consumers, all queues together.");

    public static final Key<Long> MEMORY_TRANSACTION = key(
            "memory.transaction",
            new SizeType(64 << 10, 256 * MIB),
            "64MiB",
            "How many bytes of messages and acknowledgements a channel may collect in a transaction before it commits."
                    + " All open transactions together may take twice as much; virtual hosts share that.");

    public static final Key<Duration> QUEUES_CONSUMER_TIMEOUT = key(
            "queues.consumer-timeout",
            new DurationType(Duration.ZERO, Duration.ofDays(49)),
            "30m",
            "How long a consumer may hold a message without settling it, where neither the consumer nor its queue says"
                    + " otherwise (x-consumer-timeout). Then the message goes back to its queue, and the consumer gets"
                    + " none until it settles something. It may be noticed late, by an eighth of the time or a minute"
                    + " at the most. 0 is for ever.");

    public static final Key<Duration> STORAGE_COMMIT_INTERVAL = key(
            "storage.commit-interval",
            new DurationType(Duration.ZERO, Duration.ofMillis(50)),
            "5ms",
            "The longest that an acknowledgement by a consumer may wait to be written to disk. Publisher confirms do"
                    + " not wait for it. 0 writes at once.");
    public static final Key<Long> STORAGE_WAL_FILE = key(
            "storage.wal-file",
            new SizeType(MIB, GIB),
            "64MiB",
            "The size of a full file of the log; the first ones are smaller. Files are used again.");
    public static final Key<Long> STORAGE_UNFLUSHED_MAX = key(
            "storage.unflushed-max",
            new SizeType(MIB, GIB),
            "64MiB",
            "How much may wait to be written to the log. Beyond it publishers wait.");

    public static final Key<String> SECURITY_DEFAULT_USER_NAME = key(
            "security.default-user.name",
            TextType.PRINTABLE,
            "guest",
            "The administrator that is made with a new data directory. Later changes of this key have no effect.");
    public static final Key<Secret> SECURITY_DEFAULT_USER_PASSWORD = key(
            "security.default-user.password",
            new SecretType(),
            "guest",
            "The password of that administrator, used together with the name and just as long.");
    public static final Key<Boolean> SECURITY_DEFAULT_USER_LOOPBACK_ONLY = key(
            "security.default-user.loopback-only",
            new BooleanType(),
            "true",
            "Whether that administrator may log in from this machine only.");
    public static final Key<Integer> SECURITY_PASSWORD_ITERATIONS = key(
            "security.password-iterations",
            new IntegerType(10_000, 10_000_000),
            "210000",
            "Rounds of PBKDF2-HMAC-SHA256 for passwords that are set from now on. More rounds make guessing and"
                    + " logging in slower.");

    public static final Key<Auto<Integer>> THREADS_EVENT_LOOPS = key(
            "threads.event-loops",
            new AutoType<>(new IntegerType(1, 1024), "one for each processor", Machine::processors),
            "auto",
            "Threads that serve connections and virtual hosts.");
    public static final Key<Auto<Integer>> THREADS_WORKERS = key(
            "threads.workers",
            new AutoType<>(
                    new IntegerType(1, 1024),
                    "two for each processor, at least 4",
                    machine -> Math.max(4, 2 * machine.processors())),
            "auto",
            "Threads for what may block: reading from disk, checking passwords.");

    public static final Key<LogLevel> LOG_LEVEL = key(
            "log.level", ChoiceType.of(LogLevel.class), "info", "How much is written to the log, on standard error.");
    public static final Key<LogFormat> LOG_FORMAT = key(
            "log.format",
            ChoiceType.of(LogFormat.class),
            "text",
            "A line of text for people, or a JSON object on a line for machines.");

    /** All of the above, in their order. */
    public static final List<Key<?>> ALL = List.copyOf(KEYS);

    private Keys() {}

    private static <T> Key<T> key(String name, ValueType<T> type, String defaultText, String meaning) {
        Key<T> key = new Key<>(name, type, defaultText, meaning);
        KEYS.add(key);
        return key;
    }
}
