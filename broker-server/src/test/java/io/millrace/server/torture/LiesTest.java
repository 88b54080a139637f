package io.millrace.server.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.ExitCode;
import io.millrace.server.clients.BrokerProcess;
import io.millrace.server.torture.Finding.Kind;
import io.millrace.server.torture.LyingProxy.Lie;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Negative controls: a broker that breaks a promise is found out, by the same load and the same checks. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 1L, unit = TimeUnit.DAYS)
class LiesTest {
    /** Every build tries these, a long run all of them. */
    private static final Set<Lie> SHORT = EnumSet.of(Lie.CONFIRMS_EARLY, Lie.CLEARS_MARK);

    private static final Map<Lie, Kind> FOUND = Map.of(
            Lie.CONFIRMS_EARLY, Kind.LOST,
            Lie.DROPS_PUBLISHED, Kind.LOST,
            Lie.CLEARS_MARK, Kind.UNMARKED,
            Lie.CHANGES_BODY, Kind.CORRUPT,
            Lie.SWAPS, Kind.DISORDERED,
            Lie.REPEATS, Kind.DOUBLED,
            Lie.KEEPS_RETURNED, Kind.NOT_RETURNED);

    @TempDir
    private Path directory = Path.of("");

    private static Set<Lie> lies() {
        return Trial.LONG ? EnumSet.allOf(Lie.class) : SHORT;
    }

    @ParameterizedTest
    @MethodSource("lies")
    void broken_promise_is_found(Lie lie) throws Exception {
        Trial trial = new Trial("lie " + lie, 0, directory);
        try (BrokerProcess broker = trial.start();
                LyingProxy proxy = new LyingProxy(broker.awaitReady(), lie)) {
            trial.load.begin(proxy.address());
            trial.awaitLoad(broker, 2_000);
            broker.kill();
            trial.crashed();
        }
        try (BrokerProcess broker = trial.start()) {
            List<Finding> findings = trial.findings(broker, broker.awaitReady());
            expect(FOUND.get(lie), findings);
        }
    }

    @Test
    void broker_that_does_not_flush_is_found_out_by_a_power_cut() throws Exception {
        Needs.volumes();
        Needs.compiler();
        Trial trial = new Trial("power cut without flushes", 0, directory);
        Volume volume = Volume.create("unflushed", 1L << 30, Volume.EXT4);
        try {
            trial.moveTo(volume.directory().resolve("data"));
            try (BrokerProcess broker = trial.startIn(Preloaded.withoutFlushes(directory))) {
                trial.load.begin(broker.awaitReady());
                // The beginning is there after the cut, so that what is missing is messages and not everything.
                Shell.run("sync", "-f", volume.directory().toString());
                trial.awaitLoad(broker, 2_000);
                volume.cut(Volume.CUT);
                broker.kill();
                trial.crashed();
            }
            volume = volume.survivor();
            trial.moveTo(volume.directory().resolve("data"));
            try (BrokerProcess broker = trial.start()) {
                expectLoss(trial, broker);
            }
        } finally {
            volume.close();
        }
    }

    /** Either messages are missing, or the broker sees by itself that its log is not what had been flushed. */
    private static void expectLoss(Trial trial, BrokerProcess broker) throws Exception {
        URI address;
        try {
            address = broker.awaitReady();
        } catch (AssertionError refused) {
            assertEquals(ExitCode.STORAGE.number(), broker.awaitExit(), broker::errors);
            assertTrue(broker.errors().contains("had been flushed"), broker::errors);
            return;
        }
        expect(Kind.LOST, trial.findings(broker, address));
    }

    private static void expect(Kind kind, List<Finding> findings) {
        boolean found = findings.stream().anyMatch(finding -> finding.kind() == kind);
        assertTrue(kind == null ? findings.isEmpty() : found, () -> "not " + kind + " but " + Checks.text(findings));
    }
}
