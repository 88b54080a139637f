package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.disk.SimulatedDisk.CrashMode;
import io.millrace.core.model.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Takes the power away at every disk operation of {@link CrashWorkload}, in every way, recovers, compares with what the client
 * knew, works on, takes it away again, in the middle of the recovery too.
 */
class CrashPointsTest {
    /** In how many of the five ways the power goes at each operation; in the other ones it goes at the next operations. */
    private static final int WAYS = Integer.getInteger("millrace.crash.ways", 3);
    /** How many times each point is tried, with other random parts each time. */
    private static final int ROUNDS = Integer.getInteger("millrace.crash.rounds", 1);
    /** Every so many-th point is also cut at each operation of its recovery. */
    private static final int DEEP = Integer.getInteger("millrace.crash.deep", 97);
    /** One point: operation/mode/round. */
    private static final String ONLY = System.getProperty("millrace.crash.point", "");

    private static final int MORE_STEPS = 20;

    private long points;
    /** What a negative control does to a disk, and to a recovered virtual host. */
    private Consumer<SimulatedDisk> diskSabotage = disk -> {};

    private Consumer<CrashWorld> sabotage = world -> {};

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
        AtomicReference<@Nullable CrashWorkload> life = new AtomicReference<>();
        disk.watch(() -> {
            CrashWorkload workload = life.get();
            operations.add((workload != null && workload.rests() ? "at rest " : "") + disk.operation());
        });
        life.set(new CrashWorkload(disk, world -> {}));
        Objects.requireNonNull(life.get()).run();
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
                "at rest write segment/N.seg",
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

    @Test
    void a_broker_that_drops_a_record_is_found() {
        sabotage = world -> {
            RecordingOutlet out = new RecordingOutlet();
            Lane thief = world.kit.lane(out);
            if (world.kit.host.reports().queue("two") != null) {
                world.kit.consume(thief, 1, "two", 1);
                world.kit.settle();
                for (RecordingOutlet.Delivered stolen : List.copyOf(out.deliveries)) {
                    long s = stolen.sequence();
                    world.kit.turn(() -> world.kit.host.settle(thief, 1, stolen.queue(), s, s, Outcome.ACCEPTED));
                }
            }
            world.kit.turn(() -> world.kit.host.closeLane(thief));
        };
        AssertionError found = assertThrows(AssertionError.class, () -> explore(CrashMode.FORCED_ONLY, false, ""));
        assertTrue(String.valueOf(found.getMessage()).contains("D5: confirmed message"), found::getMessage);
    }

    @Test
    void a_checkpoint_that_lies_is_found() {
        diskSabotage = disk -> {
            for (String path : List.copyOf(disk.contents().keySet())) {
                if (path.endsWith(".ckp")) {
                    pretend(disk, path, 1);
                }
            }
        };
        assertThrows(AssertionError.class, () -> explore(CrashMode.FORCED_ONLY, false, ""));
    }

    /** The checkpoint claims to reflect so many frames more than it does. */
    private static void pretend(SimulatedDisk disk, String path, long more) {
        ByteBuffer bytes = ByteBuffer.wrap(disk.content(path)).order(ByteOrder.LITTLE_ENDIAN);
        long position = bytes.getLong(16) + more;
        bytes.putLong(16, position);
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), 0, 60);
        bytes.putInt(60, (int) crc.getValue());
        disk.content(path, bytes.array());
        String digits = Long.toString(position);
        String name = "0".repeat(20 - digits.length()) + digits + ".ckp";
        try {
            disk.rename(path, path.substring(0, path.lastIndexOf('/') + 1) + name);
            disk.forceDirectory(path.substring(0, path.lastIndexOf('/')));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
            diskSabotage.accept(survivor);
            if (disk.operations() % DEEP == mode.ordinal()) {
                cutEachOperationOfRecovery(survivor, known, mode, millis, random);
            }
            SimulatedDisk second = cutOnce(survivor, 1 + random.nextInt(6), known, mode, millis, random);
            CrashWorld recovered = new CrashWorld(second, known, millis);
            sabotage.accept(recovered);
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
