package io.millrace.server.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.clients.BrokerProcess;
import io.millrace.server.torture.History.Crashed;
import io.millrace.server.torture.History.Event;
import io.millrace.server.torture.History.Stopped;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * One load over some lives of a broker on one data directory, and its verdict at the end. How many trials each fault gets
 * is {@code millrace.torture.rounds}; the seeds follow from {@code millrace.test.seed}.
 */
final class Trial {
    /** How many trials of each fault. */
    static final int ROUNDS = Integer.getInteger("millrace.torture.rounds", 1);

    /** Whether there is time for more than what every build tries. */
    static final boolean LONG = ROUNDS > 1;

    private static final long SEED = Long.getLong("millrace.test.seed", System.nanoTime());
    /** Small, so that files of the log are retired and used again within a second, and what is stored is soon checked. */
    private static final List<String> SETTINGS =
            List.of("storage.wal-file=2MiB", "memory.messages=8MiB", "data.scrub-rate=64MiB");

    private static final int LOAD_MIN = 300;
    /** Two looks of the broker at its segments. */
    private static final int COMPACTED_MILLIS = 20_000;

    private static final Pattern REPLAYED = Pattern.compile("virtual host recovered vhost=/ .*replayed=([0-9]+)");

    final String fault;
    final long seed;
    final SplittableRandom random;
    final History history = new History();
    final Load load;

    private final Path log;
    private final long begun = System.nanoTime();
    private Path data;
    private int drains;

    /**
     * Begins one.
     *
     * @param directory where the data directory and what the brokers say will lie
     */
    Trial(String fault, int round, Path directory) {
        this.fault = fault;
        this.seed = SEED + round * 7919L;
        this.random = new SplittableRandom(seed);
        this.load = new Load(seed, history);
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        this.data = directory.resolve("data");
        this.log = directory.resolve("stderr-" + round);
        System.out.println("torture: " + fault + ", round " + round + " with -Dmillrace.test.seed=" + seed);
    }

    /** The next broker starts on this data directory instead. */
    void moveTo(Path directory) {
        data = directory;
    }

    /** What the brokers have said. */
    Path log() {
        return log;
    }

    /** How many frames of its log each start of a broker had to apply, as the brokers say. */
    List<Long> replayed() throws IOException {
        List<Long> counts = new ArrayList<>();
        Matcher matcher = REPLAYED.matcher(Files.readString(log));
        while (matcher.find()) {
            counts.add(Long.valueOf(matcher.group(1)));
        }
        return counts;
    }

    BrokerProcess start(String... settings) throws IOException {
        return startIn(Map.of(), settings);
    }

    BrokerProcess startIn(Map<String, String> environment, String... settings) throws IOException {
        List<String> all = new ArrayList<>(SETTINGS);
        all.addAll(List.of(settings));
        return BrokerProcess.startIn(environment, 0, data, log, all.toArray(String[]::new));
    }

    /** Lets the broker and the load run together for a time that is chosen at random. */
    void runFor(BrokerProcess broker, int millisMin, int millisMax) throws InterruptedException {
        broker.runFor(millisMin + random.nextInt(millisMax - millisMin));
    }

    /**
     * The same; in a long run one of five times for long enough that segments of which little is left are compacted under
     * load.
     */
    void runOrCompact(BrokerProcess broker, int millisMin, int millisMax) throws InterruptedException {
        boolean compacts = LONG && random.nextInt(5) == 0;
        runFor(broker, compacts ? COMPACTED_MILLIS : millisMin, compacts ? COMPACTED_MILLIS * 3 / 2 : millisMax);
    }

    /** Lets them run for at least a time and until there were some confirms and deliveries. */
    void awaitLoad(BrokerProcess broker, int millis) throws InterruptedException {
        long confirmed = load.confirmed.get() + LOAD_MIN;
        long delivered = load.delivered.get() + LOAD_MIN;
        broker.runFor(millis);
        eventually().until(() -> load.confirmed.get() >= confirmed && load.delivered.get() >= delivered);
    }

    /** Waits for something that the broker is to do by itself. */
    static ConditionFactory eventually() {
        return Awaitility.await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(5));
    }

    /** Notes how long something took, for the figures. */
    void tell(String what, long sinceNanos) {
        System.out.println("torture: %s: %s after %d ms"
                .formatted(fault, what, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNanos)));
    }

    /** The process was ended in some way that is no clean stop, and the clients see it. */
    void crashed() throws InterruptedException {
        load.awaitEnd();
        history.add(new Crashed());
    }

    /** It has ended cleanly. */
    void stopped() throws InterruptedException {
        load.awaitEnd();
        history.add(new Stopped());
    }

    /** Takes out what the queues hold, ends the broker cleanly and tells what is wrong. */
    List<Finding> findings(BrokerProcess broker, URI address) throws Exception {
        int left = Drain.all(load, address, "drain" + drains++);
        assertEquals(0, broker.stop(), broker::errors);
        history.add(new Stopped());
        List<Event> events = history.events();
        List<Finding> findings = Checks.findings(events, Topology.DEAD_LETTER_QUEUES);
        Figures figures = Figures.of(events);
        String line = "%s seed=%d %s left=%d findings=%d seconds=%.1f"
                .formatted(fault, seed, figures, left, findings.size(), (System.nanoTime() - begun) / 1e9);
        System.out.println("torture: " + line);
        Path lines = Path.of("target", "torture.log");
        Files.createDirectories(lines.getParent());
        Files.writeString(
                lines, line + "\n", java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND);
        return findings;
    }

    /** The same, and there must be nothing wrong, and a load worth the name. */
    void expectNothing(BrokerProcess broker, URI address) throws Exception {
        List<Finding> findings = findings(broker, address);
        assertEquals(List.of(), findings, () -> fault + ", seed " + seed + ": " + Checks.text(findings));
        assertTrue(load.confirmed.get() > 0 && load.delivered.get() > 0, "there was no load");
    }

    /** Behind all this: nothing comes back after a clean stop. Only where there is time. */
    void expectNothingLeft() throws Exception {
        if (!LONG) {
            return;
        }
        try (BrokerProcess broker = start()) {
            URI address = broker.awaitReady();
            assertEquals(0, Drain.all(load, address, "drain" + drains++), "messages came back after a clean stop");
            assertEquals(0, broker.stop(), broker::errors);
        }
    }
}
