package io.millrace.core.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.disk.SimulatedDisk.CrashMode;
import io.millrace.core.log.LogException;
import io.millrace.core.log.local.LocalLog;
import io.millrace.core.log.local.LocalLogOptions;
import io.millrace.core.time.ManualTimer;
import io.millrace.core.time.StepExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Takes the power away at every disk operation of a life of the system log: first start, virtual hosts and users that come and go,
 * checkpoints, files begun and given back, a clean stop, a start. Then what is there is one of the states between the last
 * that was answered and the last that was asked for.
 */
class SystemCrashPointsTest {
    private static final LocalLogOptions FILES = LocalLogOptions.DEFAULTS.withFileBytes(16 << 10, 16 << 10);
    private static final AtomicLong SALTS = new AtomicLong();

    private long points;

    /** What is defined, as far as this test changes it. */
    private record Known(TreeMap<String, Integer> hosts, TreeSet<String> users, int nextHost) {
        static final Known NOTHING = new Known(new TreeMap<>(), new TreeSet<>(), 1);

        Known change(String what, String name) {
            TreeMap<String, Integer> otherHosts = new TreeMap<>(hosts);
            TreeSet<String> otherUsers = new TreeSet<>(users);
            int next = nextHost;
            switch (what) {
                case "create" -> next += otherHosts.putIfAbsent(name, next) == null ? 1 : 0;
                case "delete" -> otherHosts.remove(name);
                case "put" -> otherUsers.add(name);
                default -> otherUsers.remove(name);
            }
            return new Known(otherHosts, otherUsers, next);
        }

        boolean is(SystemState state) {
            TreeMap<String, Integer> found = new TreeMap<>();
            state.virtualHosts().forEach(host -> found.put(host.name(), host.id()));
            TreeSet<String> names = new TreeSet<>();
            state.users().forEach(user -> names.add(user.name()));
            return hosts.equals(found) && users.equals(names);
        }
    }

    /** One life, and what was asked in it and in those before. */
    private static final class Life {
        final StepExecutor io = new StepExecutor();
        final ManualTimer timer = new ManualTimer();
        final List<LogException> failures = new ArrayList<>();
        final LocalLog log;
        final SystemLog system;
        /** The state that is certain, and those that may follow. */
        final List<Known> may = new ArrayList<>();

        private final List<CompletableFuture<SystemState>> answers = new ArrayList<>();
        private int answered;

        Life(SimulatedDisk disk, List<Known> possible) throws LogException {
            log = LocalLog.open(disk, "system", io, timer, SALTS::incrementAndGet, FILES);
            system = SystemLog.open(log, () -> 1_000, Runnable::run, failures::add);
            Known found = null;
            for (Known each : possible) {
                found = each.is(system.state()) ? each : found;
            }
            assertTrue(found != null, () -> "D4: found " + system.state().virtualHosts() + ", possible " + possible);
            may.add(java.util.Objects.requireNonNull(found));
        }

        /** The states that a crash at this moment may leave. */
        List<Known> possible() {
            while (answered < answers.size() && answers.get(answered).isDone()) {
                if (answers.get(answered).isCompletedExceptionally()) {
                    break;
                }
                answered++;
            }
            return List.copyOf(may.subList(answered, may.size()));
        }

        void change(SplittableRandom random) {
            String name = "n" + random.nextInt(12);
            String what = List.of("create", "delete", "put", "remove").get(random.nextInt(4));
            may.add(may.get(may.size() - 1).change(what, name));
            CompletionStage<SystemState> answer = switch (what) {
                case "create" -> system.createVirtualHost(name);
                case "delete" -> system.deleteVirtualHost(name);
                case "put" -> system.putUser(name, "hash", List.of());
                default -> system.deleteUser(name);
            };
            answers.add(answer.toCompletableFuture());
            if (random.nextInt(3) > 0) {
                io.runAll();
            }
            if (random.nextInt(9) == 0) {
                system.checkpoint();
                io.runAll();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_was_answered_holds_after_a_power_cut_at_any_operation(CrashMode mode) {
        long operations = explore(mode, false);
        assertTrue(operations > 200, "operations: " + operations);
        System.out.println("crash points of the system log: " + points + ", " + mode);
    }

    @Test
    void a_disk_that_forgets_its_flushes_is_found() {
        for (CrashMode mode : CrashMode.values()) {
            boolean found = false;
            try {
                explore(mode, true);
            } catch (AssertionError e) {
                found = true;
            }
            assertTrue(found, () -> mode + " let it pass");
        }
    }

    private long explore(CrashMode mode, boolean forgetForces) {
        SimulatedDisk disk = new SimulatedDisk();
        disk.forgetForces(forgetForces);
        AtomicReference<@Nullable Life> life = new AtomicReference<>();
        SplittableRandom random = new SplittableRandom(5);
        disk.watch(() -> {
            Life now = life.get();
            point(disk, mode, now == null ? List.of(Known.NOTHING) : now.possible());
        });
        try {
            List<Known> possible = List.of(Known.NOTHING);
            for (int lives = 0; lives < 3; lives++) {
                Life next = new Life(disk, possible);
                life.set(next);
                for (int i = 0; i < 40; i++) {
                    next.change(random);
                }
                next.io.runAll();
                next.log.close();
                possible = next.possible();
                assertEquals(1, possible.size());
                assertEquals(List.of(), next.failures);
            }
        } catch (LogException e) {
            throw new AssertionError(e);
        }
        return disk.operations();
    }

    private void point(SimulatedDisk disk, CrashMode mode, List<Known> possible) {
        SplittableRandom random = new SplittableRandom(disk.operations());
        SimulatedDisk survivor = disk.crashed(mode, random);
        points++;
        try {
            survivor.cutPowerAt(1 + random.nextInt(8));
            try {
                new Life(survivor, possible).io.runAll();
            } catch (LogException e) {
                assertTrue(!survivor.powerIsOn(), e::toString);
            }
            survivor.crash(mode, random);
            Life second = new Life(survivor, possible);
            survivor.cutPowerAt(1 + random.nextInt(15));
            for (int i = 0; i < 8 && second.failures.isEmpty(); i++) {
                second.change(random);
            }
            List<Known> then = second.possible();
            survivor.crash(mode, random);
            new Life(survivor, then);
        } catch (LogException | AssertionError | RuntimeException e) {
            throw new AssertionError(mode + ", operation " + disk.operations() + ", " + disk.operation() + ": " + e, e);
        }
    }
}
