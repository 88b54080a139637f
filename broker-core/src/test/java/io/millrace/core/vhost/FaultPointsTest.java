package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.disk.SimulatedDisk.CrashMode;
import io.millrace.core.disk.SimulatedDisk.Trouble;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogException.Kind;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Disk operations of {@link CrashWorkload} that go wrong, each in every way. Refused ones: the process ends, where it has to,
 * starts on what the system shows it, goes on, and then the power goes. Those that lie: what is lost is found.
 */
class FaultPointsTest {
    /** Every so many-th operation is tried. */
    private static final int EVERY = Integer.getInteger("millrace.fault.every", 47);
    /** One point: operation/trouble. */
    private static final String ONLY = System.getProperty("millrace.fault.point", "");

    private final CrashMode[] modes = CrashMode.values();

    @ParameterizedTest
    @EnumSource
    void nothing_is_lost_in_silence_when_any_operation_goes_wrong(Trouble trouble) {
        int points = 0;
        long operation = ONLY.isEmpty() ? 1 + trouble.ordinal() : Long.parseLong(ONLY.split("/", 2)[0]);
        boolean met = ONLY.isEmpty() || ONLY.endsWith(trouble.name());
        while (met) {
            met = point(operation, trouble) && ONLY.isEmpty();
            operation += EVERY;
            points++;
        }
        System.out.println("fault points: " + points + ", " + trouble);
    }

    /** False if the workload has no such operation any more. */
    private boolean point(long operation, Trouble trouble) {
        SimulatedDisk disk = new SimulatedDisk();
        AtomicReference<String> what = new AtomicReference<>("");
        disk.watch(() -> {
            if (disk.operations() == operation) {
                what.set(disk.operation());
            }
        });
        disk.troubleAt(operation, trouble);
        AtomicReference<@Nullable CrashWorld> life = new AtomicReference<>();
        try {
            boolean lies = trouble == Trouble.LOST_WRITE || trouble == Trouble.WRONG_PLACE;
            boolean whole = run(disk, life, lies);
            boolean met = disk.operations() >= operation;
            disk.watch(null);
            if (lies) {
                lookForLies(disk, life.get());
            } else if (met) {
                boolean fatal = trouble == Trouble.EIO && what.get().matches("(force|write) .*");
                assertTrue(!fatal || !whole, "D15: an error on write or force did not end the log");
                goOnAndCutPower(disk, life.get(), operation);
            }
            return met;
        } catch (AssertionError | RuntimeException e) {
            String point = operation + "/" + trouble;
            throw new AssertionError(
                    "fault point " + point + ", " + what + ": " + e
                            + "\nto see it again: mvn -pl broker-core -am test -Dtest=FaultPointsTest"
                            + " -Dsurefire.failIfNoSpecifiedTests=false -Dmillrace.fault.point=" + point,
                    e);
        }
    }

    /** Runs the workload; whether it came to its end. */
    private static boolean run(SimulatedDisk disk, AtomicReference<@Nullable CrashWorld> life, boolean lies) {
        try {
            CrashWorkload workload = new CrashWorkload(disk, life::set);
            (lies ? workload.withoutKills() : workload).run();
            return !workload.world().failed();
        } catch (UncheckedIOException e) {
            boolean expected = e.getCause() instanceof LogException known
                    && (known.kind() == Kind.IO || (lies && known.kind() == Kind.CORRUPT));
            assertTrue(expected, e::toString);
            return false;
        }
    }

    /** The process ends and starts anew, as often as the contract allows; then the power goes. */
    private void goOnAndCutPower(SimulatedDisk disk, @Nullable CrashWorld last, long operation) {
        SplittableRandom random = new SplittableRandom(operation);
        CrashModel known = last == null ? new CrashModel() : last.model;
        long millis = last == null ? HostKit.MILLIS : last.kit.millis();
        if (last != null) {
            last.look();
        }
        disk.kill();
        CrashWorld next = new CrashWorld(disk, known, millis + 1);
        next.check();
        next.moreSteps(10, random);
        next.settleDown();
        next.moreSteps(10, random);
        next.look();
        disk.crash(modes[(int) (operation % modes.length)], random);
        new CrashWorld(disk, known, next.kit.millis() + 1).check();
    }

    private static void lookForLies(SimulatedDisk disk, @Nullable CrashWorld last) {
        CrashModel known = last == null ? new CrashModel() : last.model;
        if (last != null) {
            last.noteDamages();
        }
        disk.kill();
        try {
            new CrashWorld(disk, known, HostKit.MILLIS + 3_600_000).check();
        } catch (UncheckedIOException e) {
            assertTrue(e.getCause() instanceof LogException known2 && known2.kind() == Kind.CORRUPT, e::toString);
        }
    }
}
