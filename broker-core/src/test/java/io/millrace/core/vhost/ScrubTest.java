package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.model.Arguments;
import io.millrace.core.vhost.HostKit.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** D14: damage of stored messages is found though nobody reads them, and there is a way out of it. */
class ScrubTest {
    private static final long MEMORY = 4 << 20;
    private static final String PADDING = "x".repeat(50_000);
    private static final int BACKLOG = 200;
    private static final ScrubRate FAST = new ScrubRate(1 << 30);

    private final SimulatedDisk disk = new SimulatedDisk();
    private HostKit kit = new HostKit(disk, MEMORY);
    private Lane lane = kit.lane(new RecordingOutlet());

    @BeforeEach
    void fill() {
        kit.queue(lane, "q", Arguments.NONE);
        kit.queue(lane, "other", Arguments.NONE);
        for (int i = 0; i < BACKLOG; i++) {
            publish("q", i + " " + PADDING);
        }
        publish("other", "sound");
    }

    private void publish(String queue, String body) {
        kit.turn(() -> kit.host.publish(lane, 0, 0, HostKit.record("", queue, body, true), 0));
        kit.settle();
    }

    private void restart() {
        disk.kill();
        kit = new HostKit(disk, MEMORY, kit.millis());
        lane = kit.lane(new RecordingOutlet());
    }

    private void rot(int number) {
        byte[] wanted = (number + " " + "x".repeat(10)).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        for (String path : List.copyOf(disk.contents().keySet())) {
            byte[] bytes = disk.content(path);
            for (int at = 0; path.contains("segment") && at < bytes.length - wanted.length; at++) {
                if (java.util.Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)
                        && bytes[at - 1] == 'q') {
                    disk.flipBit(path, (at + 30) * 8L);
                    return;
                }
            }
        }
        throw new AssertionError("no segment holds message " + number);
    }

    private void pass() {
        kit.host.scrubAt(FAST);
        kit.host.tick();
        for (int i = 0; i < 1_000 && report().running(); i++) {
            kit.settle();
            kit.timer.advance(100_000_000);
        }
        assertFalse(report().running());
    }

    private ScrubReport report() {
        return kit.host.reports().scrub();
    }

    private QueueReport queue(String name) {
        QueueReport report = kit.host.reports().queue(name);
        assertNotNull(report);
        return report;
    }

    private List<String> drain(String queue) {
        RecordingOutlet drained = new RecordingOutlet();
        Lane reader = kit.lane(drained);
        kit.consume(reader, 7, queue, 0);
        kit.settle();
        kit.turn(() -> kit.host.closeLane(reader));
        List<String> numbers = new ArrayList<>();
        drained.bodies().forEach(body -> numbers.add(body.split(" ", 2)[0]));
        return numbers;
    }

    @Test
    void damage_is_found_without_a_reader_and_told_once_with_queue_and_sequences() {
        rot(20);
        rot(21);
        rot(40);
        restart();
        pass();
        assertEquals(2, kit.damages.size(), kit.damages::toString);
        assertTrue(
                kit.damages.get(0).startsWith("q 21..22 damaged: segment file vhost/1/segment/"), kit.damages.get(0));
        assertTrue(kit.damages.get(1).startsWith("q 41..41 "), kit.damages.get(1));
        assertEquals(
                List.of(new Damage(21, 22), new Damage(41, 41)),
                kit.host.reports().damagesOf("q"));
        assertEquals(3, report().damaged());
        assertEquals(1, report().passes());
        kit.timer.advance(3_600_000L * 1_000_000);
        pass();
        assertEquals(2, report().passes());
        assertEquals(2, kit.damages.size(), "told once");
        assertEquals(List.of("sound"), drain("other"));
        List<String> there = drain("q");
        assertEquals(BACKLOG - 3, there.size());
        assertFalse(there.contains("20") || there.contains("21") || there.contains("40"));
        assertEquals(BACKLOG, queue("q").messages(), "what is damaged stays until somebody gives it up");
    }

    @Test
    void a_sound_backlog_is_read_whole_and_nothing_is_told() {
        restart();
        pass();
        assertEquals(List.of(), kit.damages);
        assertTrue(report().bytes() > 100 * PADDING.length(), () -> "read: " + report());
        assertEquals(0, report().damaged());
    }

    @Test
    void no_pass_begins_without_a_rate_or_before_the_last_one_has_rested() {
        kit.host.tick();
        kit.settle();
        assertEquals(0, report().bytes());
        pass();
        long bytes = report().bytes();
        kit.host.tick();
        kit.settle();
        assertEquals(bytes, report().bytes());
    }

    @Test
    void the_rate_holds_for_all_together() {
        kit.host.scrubAt(new ScrubRate(1 << 20));
        kit.host.tick();
        kit.settle();
        long begun = kit.millis();
        for (int i = 0; i < 3_000; i++) {
            kit.timer.advance(1_000_000);
            kit.owner.runAll();
            kit.io.runAll();
        }
        long allowed = (kit.millis() - begun + 1_000) * (1 << 20) / 1000 + (1 << 20);
        assertTrue(report().bytes() <= allowed, () -> report().bytes() + " of " + allowed);
        assertTrue(report().bytes() > 1 << 20, () -> "read: " + report());
    }

    @Test
    void damaged_messages_are_given_up_as_lost_and_stay_away_after_a_crash() {
        rot(20);
        rot(41);
        restart();
        pass();
        Answer<List<Damage>> answer = new Answer<>();
        kit.turn(() -> kit.host.discardDamaged(lane, "q", answer));
        assertFalse(answer.isAnswered(), "not before it is flushed");
        kit.settle();
        assertEquals(List.of(new Damage(21, 21), new Damage(42, 42)), answer.value());
        assertEquals(BACKLOG - 2, queue("q").messages());
        assertEquals(2L, queue("q").losses().get("dropped_damaged"));
        assertEquals(List.of("q"), kit.mended);
        assertEquals(0, report().damaged());
        disk.crash(SimulatedDisk.CrashMode.FORCED_ONLY, new java.util.SplittableRandom(1));
        kit = new HostKit(disk, MEMORY, kit.millis());
        lane = kit.lane(new RecordingOutlet());
        pass();
        assertEquals(List.of(), kit.damages);
        assertEquals(BACKLOG - 2, drain("q").size());
    }

    @Test
    void a_queue_without_damage_loses_nothing_and_one_that_is_not_there_is_refused() {
        Answer<List<Damage>> answer = new Answer<>();
        kit.turn(() -> kit.host.discardDamaged(lane, "q", answer));
        assertEquals(List.of(), answer.value());
        Answer<List<Damage>> refused = new Answer<>();
        kit.turn(() -> kit.host.discardDamaged(lane, "nowhere", refused));
        assertNotNull(refused.why);
        assertEquals(BACKLOG, queue("q").messages());
    }

    @Test
    void a_missing_segment_is_given_up_in_one_go() {
        for (String path : List.copyOf(disk.contents().keySet())) {
            if (path.endsWith("00001.seg")) {
                disk.content(path, new byte[0]);
            }
        }
        restart();
        assertEquals(1, kit.damages.size(), kit.damages::toString);
        long lost = report().damaged();
        assertTrue(lost > 2, () -> "lost: " + lost);
        pass();
        assertEquals(1, kit.damages.size(), "known already");
        Answer<List<Damage>> answer = new Answer<>();
        kit.turn(() -> kit.host.discardDamaged(lane, "q", answer));
        kit.settle();
        assertEquals(lost, Damages.count(java.util.Objects.requireNonNull(answer.value())));
        assertEquals(BACKLOG - lost, drain("q").size());
    }

    @Test
    void what_a_consumer_holds_is_not_given_up() {
        RecordingOutlet out = new RecordingOutlet();
        Lane reader = kit.lane(out);
        kit.consume(reader, 1, "q", 30);
        kit.settle();
        rot(10);
        rot(50);
        pass();
        assertEquals(
                List.of(new Damage(11, 11), new Damage(51, 51)),
                kit.host.reports().damagesOf("q"));
        Answer<List<Damage>> answer = new Answer<>();
        kit.turn(() -> kit.host.discardDamaged(lane, "q", answer));
        kit.settle();
        assertEquals(List.of(new Damage(51, 51)), answer.value());
        assertEquals(List.of(new Damage(11, 11)), kit.host.reports().damagesOf("q"));
        assertEquals(BACKLOG - 1, queue("q").messages());
    }
}
