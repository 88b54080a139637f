package io.millrace.core.vhost;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.model.Outcome;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The script of a virtual host's life that passes through everything that touches the disk: first start, publishes, settlements,
 * dead letters, messages whose time ends, transactions, moves to segments, cold reads, compaction, checkpoints, files begun and given
 * back, segments deleted, a queue deleted and declared anew, a clean stop, a start, a start after a kill.
 */
final class CrashWorkload {
    private static final Map<String, Object> DYING =
            Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", CrashModel.DEAD);
    private static final Map<String, Object> SHORT_LIVED =
            Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", CrashModel.DEAD, "x-message-ttl", 400L);

    /** Of {@link Compaction}: it acts at the second look that finds the same. */
    private static final int LOOKS = 3;

    private static final int LOOK_TICKS = 10;

    private final SimulatedDisk disk;
    private final Consumer<CrashWorld> opened;
    private final CrashModel model = new CrashModel();
    private CrashWorld world;
    private boolean kills = true;
    private boolean rests;

    /** @param opened told of each life before it is used */
    CrashWorkload(SimulatedDisk disk, Consumer<CrashWorld> opened) {
        this.disk = disk;
        this.opened = opened;
        world = open(HostKit.MILLIS);
    }

    private CrashWorld open(long millis) {
        CrashWorld life = new CrashWorld(disk, model, millis);
        opened.accept(life);
        return life;
    }

    /** The life that is under way, or was the last to be opened. */
    CrashWorld world() {
        return world;
    }

    /** Nothing has come for so long that all is in segments: what is written to them now is a compaction. */
    boolean rests() {
        return rests;
    }

    /** Every life ends with a clean stop, which proves all that was written. */
    CrashWorkload withoutKills() {
        kills = false;
        return this;
    }

    /** Runs it; ends early when the log has failed. */
    void run() {
        List<Runnable> parts = List.of(
                this::declare,
                this::publishAndSettle,
                this::transactions,
                this::fillMemory,
                this::dieAndExpire,
                this::readWhatIsCold,
                this::deleteAndDeclare,
                this::stopAndStart,
                this::publishAndSettle,
                this::killAndStart,
                this::fillMemory,
                this::transactions,
                this::readWhatIsCold,
                this::stopAndStart);
        for (Runnable part : parts) {
            if (world.failed()) {
                return;
            }
            part.run();
        }
    }

    private void declare() {
        world.declare("one", Map.of());
        world.declare("two", Map.of());
        world.settleDown();
        world.declare(CrashModel.DEAD, Map.of());
        world.declare("retry", DYING);
        world.declare("short", SHORT_LIVED);
        world.declare("tmp", Map.of());
        world.exchange("fan");
        world.bind("fan", "one");
        world.bind("fan", "two");
        world.settleDown();
    }

    private void publish(String queue, int count, int bytes) {
        world.kit.turn(() -> {
            for (int i = 0; i < count; i++) {
                world.publish("", List.of(queue), bytes + 37 * i, 0);
            }
        });
        world.look();
    }

    private void publishToAll(int bytes) {
        world.kit.turn(() -> world.publish("fan", List.of("one", "two"), bytes, 0));
        world.look();
    }

    private void publishAndSettle() {
        world.consume(1, "one", 4);
        world.consume(2, "retry", 6);
        for (int i = 0; i < 6 && !world.failed(); i++) {
            publish("one", 2, 700);
            publishToAll(900);
            publish("retry", 1, 300);
            world.settle(i % 3 == 2 ? Outcome.RELEASED : Outcome.ACCEPTED);
            world.kit.io.step();
            world.settle(i % 2 == 0 ? Outcome.REJECTED : Outcome.ACCEPTED);
            if (i % 2 == 1) {
                world.settleDown();
            }
        }
        publish("tmp", 3, 400);
        world.settleDown();
    }

    private void transactions() {
        for (int i = 0; i < 3 && !world.failed(); i++) {
            int transaction = ++model.transactions;
            int count = i + 2;
            world.kit.turn(() -> {
                for (int k = 0; k < count; k++) {
                    world.publish("", List.of(k % 2 == 0 ? "two" : "tmp"), 200 + k, transaction);
                }
            });
            world.commit(transaction);
            if (i == 1) {
                world.kit.io.step();
            } else {
                world.settleDown();
            }
        }
    }

    /** Enough for several generations: what lives in them goes to segments, with a checkpoint each. */
    private void fillMemory() {
        for (int i = 0; i < 14 && !world.failed(); i++) {
            publish("two", 2, 9_000);
            publishToAll(5_000);
            publish("retry", 1, 2_000);
            world.settle(Outcome.ACCEPTED);
            if (i % 3 == 2) {
                world.kit.io.step();
                world.kit.owner.step();
            } else {
                world.settleDown();
            }
        }
        world.settleDown();
    }

    private void dieAndExpire() {
        publish("short", 3, 500);
        world.settleDown();
        for (int i = 0; i < 4; i++) {
            world.settle(Outcome.REJECTED);
        }
        world.settleDown();
        world.kit.pass(500);
        world.settleDown();
        publish("short", 2, 100);
    }

    /** Takes all that is old, so that segments die; the one of which something is kept is compacted. */
    private void readWhatIsCold() {
        world.consume(3, "two", 8);
        world.settleDown();
        world.keepOne("two");
        for (int i = 0; i < 40 && !world.failed(); i++) {
            for (int k = 0; k < 6; k++) {
                world.settle(Outcome.ACCEPTED);
            }
            world.kit.settle();
        }
        world.settleDown();
        for (int i = 0; i < LOOKS * LOOK_TICKS && !world.failed(); i++) {
            rests = i >= LOOK_TICKS;
            world.kit.host.tick();
            world.settleDown();
        }
        rests = false;
    }

    private void deleteAndDeclare() {
        world.purge("one");
        world.delete("tmp");
        world.kit.io.step();
        world.declare("tmp", Map.of());
        publish("tmp", 2, 50);
        world.settleDown();
    }

    private void stopAndStart() {
        long millis = world.kit.millis();
        world.stop();
        if (!world.failed()) {
            world = open(millis + 5);
            world.settleDown();
        }
    }

    private void killAndStart() {
        if (!kills) {
            return;
        }
        publish("one", 2, 5_000);
        world.kit.io.step();
        world.look();
        long millis = world.kit.millis();
        disk.kill();
        world = open(millis + 5);
        world.check();
        publish("one", 1, 10);
        world.settleDown();
    }
}
