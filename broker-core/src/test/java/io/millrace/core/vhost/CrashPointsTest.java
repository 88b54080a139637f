package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.disk.SimulatedDisk.CrashMode;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Takes the power away at every disk operation of {@link CrashWorkload}, in every way, recovers, compares with what the client
 * knew, works on, takes it away again, in the middle of the recovery too.
 */
class CrashPointsTest {
    /** In how many of the five ways the power goes at each operation; in the other ones it goes at the next operations. */
    private static final int WAYS = Integer.getInteger("millrace.crash.ways", 2);
    /** How many times each point is tried, with other random parts each time. */
    private static final int ROUNDS = Integer.getInteger("millrace.crash.rounds", 1);
    /** Every so many-th point is also cut at each operation of its recovery. */
    private static final int DEEP = Integer.getInteger("millrace.crash.deep", 97);
    /** One point: operation/mode/round. */
    private static final String ONLY = System.getProperty("millrace.crash.point", "");

    private static final int MORE_STEPS = 20;

    private long points;

    @ParameterizedTest
    @EnumSource
    void what_the_client_knows_holds_after_a_power_cut_at_any_operation(CrashMode mode) {
        long operations = explore(mode, false, ONLY);
        assertTrue(ONLY.isEmpty() ? operations > 250 : operations > 0, "operations: " + operations);
        System.out.println("crash points: " + points + " of " + operations + " operations, " + mode);
    }

    @Test
    void the_workload_passes_through_everything_that_touches_the_disk() {
        SimulatedDisk disk = new SimulatedDisk();
        List<String> operations = new ArrayList<>();
        disk.watch(() -> operations.add(disk.operation()));
        new CrashWorkload(disk, world -> {}).run();
        TreeSet<String> kinds = new TreeSet<>();
        for (String operation : operations) {
            kinds.add(operation.replaceAll("\\d{5,}", "N").replaceAll("vhost/1/", ""));
        }
        for (String kind : List.of(
                "create wal/N.new",
                "rename wal/N.spare",
                "rename wal/N.wal",
                "force wal",
                "force wal/N.spare",
                "write segment/N.seg",
                "force segment",
                "delete segment/N.seg",
                "write checkpoint/N.tmp",
                "rename checkpoint/N.ckp",
                "force checkpoint",
                "delete checkpoint/N.ckp")) {
            assertTrue(kinds.contains(kind), () -> kind + " is not among " + kinds);
        }
    }

    @Test
    void a_disk_that_forgets_its_flushes_is_found() {
        int found = 0;
        for (CrashMode mode : CrashMode.values()) {
            try {
                explore(mode, true, "");
            } catch (AssertionError e) {
                found++;
            }
        }
        int modes = found;
        assertTrue(found == CrashMode.values().length, () -> modes + " modes found it");
    }

    /** Runs the workload and looks at each of its operations; how many there were. */
    private long explore(CrashMode mode, boolean forgetForces, String only) {
        SimulatedDisk disk = new SimulatedDisk();
        AtomicReference<CrashWorld> life = new AtomicReference<>();
        disk.forgetForces(forgetForces);
        disk.watch(() -> {
            CrashWorld world = life.get();
            if (world != null) {
                world.look();
            }
            CrashModel known = world == null ? new CrashModel() : world.model;
            long millis = world == null ? HostKit.MILLIS : world.kit.millis();
            for (int round = 0; round < ROUNDS; round++) {
                String point = disk.operations() + "/" + mode + "/" + round;
                if (only.isEmpty() ? isOneOf(disk.operations() + round, mode) : only.equals(point)) {
                    point(point, disk, known, millis, mode, round);
                }
            }
        });
        new CrashWorkload(disk, life::set).run();
        return disk.operations();
    }

    private static boolean isOneOf(long operation, CrashMode mode) {
        int modes = CrashMode.values().length;
        return (operation * WAYS + mode.ordinal()) % modes < WAYS;
    }

    private void point(String point, SimulatedDisk disk, CrashModel model, long now, CrashMode mode, int round) {
        SplittableRandom random = new SplittableRandom(disk.operations() * 31 + round);
        try {
            points++;
            CrashModel known = model.copy();
            long millis = now + random.nextInt(30);
            SimulatedDisk survivor = disk.crashed(mode, random);
            if (disk.operations() % DEEP == mode.ordinal()) {
                cutEachOperationOfRecovery(survivor, known, mode, millis, random);
            }
            SimulatedDisk second = cutOnce(survivor, 1 + random.nextInt(6), known, mode, millis, random);
            CrashWorld recovered = new CrashWorld(second, known, millis);
            recovered.check();
            second.cutPowerAt(1 + random.nextInt(25));
            recovered.moreSteps(MORE_STEPS, random);
            recovered.look();
            second.crash(mode, random);
            new CrashWorld(second, known, recovered.kit.millis() + 1).check();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "crash point " + point + ", " + disk.operation() + ": " + e
                            + "\nto see it again: mvn -pl broker-core -am test -Dtest=CrashPointsTest"
                            + " -Dsurefire.failIfNoSpecifiedTests=false -Dmillrace.crash.point=" + point,
                    e);
        }
    }

    private void cutEachOperationOfRecovery(
            SimulatedDisk disk, CrashModel known, CrashMode mode, long millis, SplittableRandom random) {
        for (int cut = 1; ; cut++) {
            SimulatedDisk copy = disk.copy();
            copy.cutPowerAt(cut);
            boolean ended = recover(copy, known.copy(), millis);
            copy.crash(mode, random);
            new CrashWorld(copy, known.copy(), millis).check();
            points++;
            if (ended) {
                return;
            }
        }
    }

    /** The disk after a recovery that the power may have gone from at that operation. */
    private static SimulatedDisk cutOnce(
            SimulatedDisk disk, int cut, CrashModel known, CrashMode mode, long millis, SplittableRandom random) {
        disk.cutPowerAt(cut);
        recover(disk, known.copy(), millis);
        disk.crash(mode, random);
        return disk;
    }

    /** Whether it ended before the power went. */
    private static boolean recover(SimulatedDisk disk, CrashModel known, long millis) {
        try {
            CrashWorld world = new CrashWorld(disk, known, millis);
            world.kit.settle();
        } catch (UncheckedIOException e) {
            if (disk.powerIsOn()) {
                throw e;
            }
        }
        return Objects.requireNonNull(disk).powerIsOn();
    }
}
