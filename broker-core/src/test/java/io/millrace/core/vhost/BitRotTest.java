package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogException.Kind;
import io.millrace.core.vhost.CrashModel.Fate;
import io.millrace.core.vhost.CrashModel.Place;
import io.millrace.core.vhost.CrashModel.Sent;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * D14: bits flip in the files of a virtual host that was stopped. Each message comes as it was written, or is reported as
 * damaged, or the start is refused because the log itself is damaged; none is altered, none is missing in silence.
 */
class BitRotTest {
    /** A bit of every so many-th byte flips, and of more of them where a file begins and ends. */
    private static final int EVERY = Integer.getInteger("millrace.rot.every", 2503);

    private static final int EDGE_BYTES = 128;
    private static final int EDGE_EVERY = 29;

    private final SimulatedDisk disk = new SimulatedDisk();
    private final CrashModel model;
    private final long millis;

    private int refused;
    private int reported;
    private int harmless;

    BitRotTest() {
        CrashWorkload workload = new CrashWorkload(disk, world -> {});
        workload.run();
        CrashWorld last = workload.world();
        last.stop();
        model = last.model;
        millis = last.kit.millis();
    }

    @Test
    void no_message_is_altered_or_missing_in_silence_whatever_bit_flips() {
        disk.contents().forEach((path, bytes) -> {
            for (int at = 0; at < bytes.length; at += step(at, bytes.length)) {
                SimulatedDisk rotten = disk.copy();
                rotten.flipBit(path, at * 8L + at % 8);
                look(path + ", byte " + at, rotten);
            }
        });
        System.out.println("bit flips: " + refused + " refused, " + reported + " reported, " + harmless + " harmless");
        assertTrue(refused > 0 && reported > 0 && harmless > 0);
    }

    @Test
    void a_message_that_vanishes_in_silence_is_found() {
        Sent vanished = new Sent("1000000 is expected and not there");
        vanished.places.add(new Place("one"));
        model.messages.put(1_000_000, vanished);
        boolean found = false;
        try {
            look("nothing", disk.copy());
        } catch (AssertionError e) {
            found = true;
        }
        assertTrue(found);
    }

    private static int step(int at, int length) {
        return at < EDGE_BYTES || at > length - EDGE_BYTES ? EDGE_EVERY : Math.min(EVERY, length - EDGE_BYTES - at + 1);
    }

    private void look(String where, SimulatedDisk rotten) {
        try {
            HostKit kit = new HostKit(rotten, CrashWorld.MEMORY, millis + 1, CrashWorld.FILES);
            compare(where, kit);
        } catch (UncheckedIOException e) {
            boolean corrupt = e.getCause() instanceof LogException known && known.kind() == Kind.CORRUPT;
            assertTrue(corrupt && (where.contains("/wal/") || where.contains("/checkpoint/")), () -> where + ": " + e);
            refused++;
        }
    }

    private void compare(String where, HostKit kit) {
        RecordingOutlet out = new RecordingOutlet();
        Lane reader = kit.lane(out);
        for (int i = 0; i < CrashWorld.QUEUES.size(); i++) {
            kit.consume(reader, i, CrashWorld.QUEUES.get(i), 0);
        }
        kit.settle();
        Map<String, Set<Integer>> found = new HashMap<>();
        for (RecordingOutlet.Delivered delivery : out.deliveries) {
            String queue = CrashWorld.QUEUES.get(delivery.consumer());
            int number = CrashModel.number(model.of(delivery.body()));
            assertTrue(found.computeIfAbsent(queue, any -> new HashSet<>()).add(number), () -> where + ": twice");
        }
        Map<String, Integer> missing = new HashMap<>();
        for (Sent sent : model.messages.values()) {
            for (Place place : sent.places) {
                String queue = place.fate == Fate.WAITS ? place.queue : CrashModel.DEAD;
                boolean there = isIn(found, queue, sent) || (place.ages && isIn(found, CrashModel.DEAD, sent));
                if (place.fate != Fate.LEFT && !there) {
                    missing.merge(queue, 1, Integer::sum);
                }
            }
        }
        missing.forEach((queue, count) -> assertEquals(
                Damages.count(kit.host.reports().damagesOf(queue)),
                count.longValue(),
                () -> where + ", queue " + queue));
        assertFalse(!missing.isEmpty() && kit.damages.isEmpty(), () -> where + ": nobody was told");
        if (missing.isEmpty()) {
            harmless++;
        } else {
            reported++;
        }
    }

    private static boolean isIn(Map<String, Set<Integer>> found, String queue, Sent sent) {
        return found.getOrDefault(queue, Set.of()).contains(CrashModel.number(sent));
    }
}
