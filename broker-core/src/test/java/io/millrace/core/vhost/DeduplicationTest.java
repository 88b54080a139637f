package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.QueueSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Queues that take no message twice. */
class DeduplicationTest {
    private final SimulatedDisk disk = new SimulatedDisk();
    private HostKit kit = new HostKit(disk, 16 << 20);
    private RecordingOutlet out = new RecordingOutlet();
    private Lane lane = kit.lane(out);
    private long number;

    private void queue(String name, Object... arguments) {
        Map<String, @Nullable Object> map = new HashMap<>();
        map.put("x-message-deduplication", true);
        for (int i = 0; i < arguments.length; i += 2) {
            map.put((String) arguments[i], arguments[i + 1]);
        }
        kit.queue(lane, name, new Arguments(map));
    }

    private void publish(String key, String properties, String body, boolean durable) {
        publishTo("", key, properties, body, durable);
    }

    private void publishTo(String exchange, String key, String properties, String body, boolean durable) {
        kit.turn(() -> kit.host.publish(
                lane, ++number, 0, TestProperties.record(exchange, key, properties, body, durable), 0));
    }

    private static String id(Object id) {
        return "x-deduplication-header=" + id;
    }

    private List<String> drain(String queue) {
        RecordingOutlet reader = new RecordingOutlet();
        Lane other = kit.lane(reader);
        kit.consume(other, 1, queue, 0);
        kit.settle();
        kit.turn(() -> kit.host.closeLane(other));
        return reader.bodies();
    }

    private void crash(SimulatedDisk.CrashMode mode) {
        disk.crash(mode, new SplittableRandom(1));
        kit = new HostKit(disk, 16 << 20);
        out = new RecordingOutlet();
        lane = kit.lane(out);
        number = 0;
    }

    @Test
    void message_with_an_id_that_came_before_is_confirmed_and_does_not_enter() {
        queue("q");
        publish("q", id("a"), "one", true);
        publish("q", id("a"), "two", true);
        publish("q", id("b"), "three", true);
        kit.settle();
        assertEquals(3, out.confirmed);
        assertEquals(1, kit.host.counters().duplicates());
        assertEquals(List.of("one", "three"), drain("q"));
    }

    @Test
    void confirm_of_a_duplicate_waits_until_the_first_is_durable() {
        queue("q");
        publish("q", id("a"), "one", true);
        publish("q", id("a"), "two", true);
        assertEquals(0, out.confirmed, "D1: otherwise a crash loses what was confirmed");
        kit.settle();
        assertEquals(2, out.confirmed);
    }

    @Test
    void messages_without_an_id_are_never_duplicates() {
        queue("q");
        publish("q", "", "one", true);
        publish("q", "other=1", "two", true);
        publish("q", "other=1", "three", true);
        kit.settle();
        assertEquals(List.of("one", "two", "three"), drain("q"));
    }

    @Test
    void number_and_the_same_digits_as_text_are_different_ids() {
        queue("q", "x-deduplication-header", "my-id");
        publish("q", "my-id=12", "number", true);
        publish("q", "my-id=12x", "text", true);
        publish("q", "my-id=12", "number again", true);
        kit.settle();
        assertEquals(List.of("number", "text"), drain("q"));
    }

    @Test
    void ids_that_cannot_be_used_keep_nothing_out_and_are_counted() {
        queue("q");
        publish("q", id("a,list"), "one", true);
        publish("q", id("a,list"), "two", true);
        publish("q", id("x".repeat(256)), "three", true);
        publish("q", id("x".repeat(256)), "four", true);
        kit.settle();
        assertEquals(4, drain("q").size());
        assertEquals(4, kit.host.counters().unusableIds());
    }

    @Test
    void oldest_id_is_forgotten_when_there_are_too_many() {
        queue("q", "x-cache-size", 2L);
        for (String id : List.of("a", "b", "a", "c", "a")) {
            publish("q", id(id), id, true);
        }
        kit.settle();
        assertEquals(List.of("a", "b", "c", "a"), drain("q"), "a duplicate does not make its id younger");
    }

    @ParameterizedTest
    @EnumSource(SimulatedDisk.CrashMode.class)
    void ids_survive_a_restart_with_their_messages(SimulatedDisk.CrashMode mode) {
        queue("q");
        publish("q", id("a"), "one", true);
        kit.settle();
        crash(mode);
        publish("q", id("a"), "two", true);
        kit.settle();
        assertEquals(1, out.confirmed);
        assertEquals(List.of("one"), drain("q"));
    }

    @ParameterizedTest
    @EnumSource(SimulatedDisk.CrashMode.class)
    void message_that_was_in_doubt_can_be_published_again(SimulatedDisk.CrashMode mode) {
        queue("q");
        publish("q", id("a"), "in doubt", true);
        crash(mode);
        publish("q", id("a"), "again", true);
        kit.settle();
        assertEquals(1, out.confirmed);
        assertEquals(1, drain("q").size(), "neither lost nor twice");
    }

    @Test
    void ids_survive_in_a_checkpoint_after_the_messages_are_gone() {
        queue("q");
        kit.consume(lane, 1, "q", 0);
        for (int i = 0; i < 300; i++) {
            publish("q", id("m" + i), "x".repeat(100_000), true);
            kit.settle();
            RecordingOutlet.Delivered last = out.last();
            kit.turn(() -> kit.host.settle(
                    lane, 1, last.queue(), last.sequence(), last.sequence(), io.millrace.core.model.Outcome.ACCEPTED));
        }
        kit.settle();
        crash(SimulatedDisk.CrashMode.FORCED_ONLY);
        publish("q", id("m3"), "again", true);
        kit.settle();
        assertEquals(1, kit.host.counters().duplicates());
    }

    @Test
    void only_the_queues_that_saw_it_are_left_out() {
        kit.exchange(lane, "x", "fanout");
        queue("once");
        kit.queue(lane, "always", Arguments.NONE);
        kit.bind(lane, "x", "once", "");
        kit.bind(lane, "x", "always", "");
        publishTo("x", "", id("a"), "one", true);
        publishTo("x", "", id("a"), "two", true);
        kit.settle();
        assertEquals(2, out.confirmed);
        assertEquals(List.of("one"), drain("once"));
        assertEquals(List.of("one", "two"), drain("always"));
    }

    @Test
    void ids_of_transient_messages_are_remembered_until_the_restart_that_forgets_the_messages() {
        queue("q");
        publish("q", id("a"), "one", false);
        publish("q", id("a"), "two", false);
        kit.settle();
        assertEquals(2, out.confirmed);
        assertEquals(1, kit.host.counters().duplicates());
        crash(SimulatedDisk.CrashMode.FORCED_ONLY);
        publish("q", id("a"), "three", true);
        kit.settle();
        assertEquals(List.of("three"), drain("q"));
    }

    @Test
    void durable_message_to_a_queue_that_is_not_logged_is_remembered_until_the_queue_is_gone() {
        Map<String, @Nullable Object> arguments = Map.of("x-message-deduplication", true);
        QueueSpec spec = new QueueSpec("p", false, false, false, new Arguments(arguments));
        kit.turn(() -> kit.host.declareQueue(lane, spec, new HostKit.Answer<>()));
        publish("p", id("a"), "one", true);
        publish("p", id("a"), "two", true);
        assertEquals(List.of("one"), drain("p"));
        assertEquals(2, out.confirmed);
    }

    @Test
    void refused_message_is_not_remembered() {
        queue("q", "x-max-length", 1L, "x-overflow", "reject-publish");
        publish("q", id("a"), "one", true);
        publish("q", id("b"), "two", true);
        kit.settle();
        assertEquals(List.of(2L), out.refused);
        RecordingOutlet.Delivered one = take("q");
        publish("q", id("b"), "two again", true);
        kit.settle();
        assertEquals(3, out.confirmed);
        assertEquals("one", one.body());
        assertEquals(List.of("two again"), drain("q"));
    }

    @Test
    void duplicate_is_confirmed_even_if_the_queue_is_full() {
        queue("q", "x-max-length", 1L, "x-overflow", "reject-publish");
        publish("q", id("a"), "one", true);
        publish("q", id("a"), "two", true);
        kit.settle();
        assertEquals(List.of(), out.refused);
        assertEquals(2, out.confirmed);
    }

    @Test
    void dead_letters_are_no_duplicates() {
        queue("q", "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "q");
        publish("q", id("a"), "one", true);
        kit.settle();
        kit.consume(lane, 1, "q", 1);
        kit.settle();
        RecordingOutlet.Delivered one = out.last();
        kit.turn(() -> kit.host.settle(
                lane, 1, one.queue(), one.sequence(), one.sequence(), io.millrace.core.model.Outcome.REJECTED));
        kit.settle();
        assertEquals(2, out.deliveries.size(), "a retry by dead-lettering must not lose the message");
    }

    private RecordingOutlet.Delivered take(String queue) {
        kit.turn(() -> kit.host.get(lane, queue, true, new HostKit.Answer<>()));
        kit.settle();
        return out.last();
    }
}
