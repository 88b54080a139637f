package io.millrace.core.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.memory.MemoryLog;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.queue.Locations;
import io.millrace.core.store.Arena;
import io.millrace.core.store.Segments.Run;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Guards the stored form of events: what was decided is what a replay is shown, in order. */
class EventRoundTripTest {

    @Test
    void a_unit_stands_in_one_frame_even_if_it_is_larger_than_was_thought() throws Exception {
        MemoryLog log = MemoryLog.flushedByHand();
        log.replay(1, (position, millis, events, count) -> {});
        Arena arena = new Arena(8 << 20);
        EventWriter writer = new EventWriter(arena, log);
        ByteBuffer record = ByteBuffer.allocate(50_000).order(ByteOrder.LITTLE_ENDIAN);
        MessageRecord.writeFixed(record, 0, 50_000, 0, 1, 4, 0, 0, 0, 0, 0);
        Slots slots = new Slots();
        slots.add(3, 1);
        writer.begin(77);
        writer.appended(slots, record, 0, false);
        writer.settled(3, 1, 1, Cause.ACCEPTED);
        writer.beginUnit(100);
        List<Long> places = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            record.put(49_999, (byte) i);
            places.add(writer.appended(slots, record, 0, false));
            writer.settled(4, i, i, Cause.ACCEPTED);
        }
        writer.settled(5, 1, 1, Cause.ACCEPTED);
        writer.endUnit();
        writer.appended(slots, record, 0, false);
        writer.seal();
        log.flush();
        List<Integer> counts = new ArrayList<>();
        log.reopened().replay(1, (position, millis, events, count) -> {
            counts.add(count);
            new EventReader().read(events, count, new Recorder(new ArrayList<>()));
        });
        assertEquals(35, counts.stream().mapToInt(n -> n).sum());
        assertTrue(counts.get(0) >= 34, () -> "the unit is torn: " + counts);
        for (int i = 0; i < places.size(); i++) {
            ByteBuffer memory = arena.buffer(Locations.number(places.get(i)));
            assertEquals(
                    i,
                    memory.get(Locations.offset(places.get(i)) + 49_999),
                    "the record stays where it was said to be");
        }
    }

    @Test
    void every_event_is_read_as_it_was_written() throws Exception {
        MemoryLog log = MemoryLog.flushedByHand();
        log.replay(1, (position, millis, events, count) -> {});
        EventWriter writer = new EventWriter(new Arena(8 << 20), log);
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("long", -5L);
        values.put("text", "ä€𝄞");
        values.put("yes", true);
        values.put("double", 1.5);
        values.put("time", Instant.ofEpochSecond(1_700_000_000));
        values.put("decimal", new BigDecimal("-12.345"));
        values.put("list", List.of(1L, "two", Map.of("three", 3L)));
        Arguments arguments = new Arguments(values);
        ExchangeSpec exchange = new ExchangeSpec("x", "topic", true, false, true, arguments);
        QueueSpec queue = new QueueSpec("q", true, false, true, arguments);
        BindingSpec binding = new BindingSpec("x", "q", "a.#", arguments);
        BindingSpec between = BindingSpec.between("x", "y", "a.#", arguments);
        Slots slots = new Slots();
        slots.add(3, 1L << 40);
        slots.add(70_000, 9);
        ByteBuffer record = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
        MessageRecord.writeFixed(record, 0, 40, 0, 1, 4, 0, 0, 0, 0, 0);
        List<Run> runs = List.of(new Run(9, 3, 5, 900, 17, 12345, 678));

        writer.begin(77);
        writer.exchangeDeclared(exchange);
        writer.queueDeclared(3, queue);
        writer.bound(binding);
        writer.bound(between);
        writer.appended(slots, record, 0, true);
        Slots timed = new Slots();
        timed.add(3, 5, 1_700_000_000_123L);
        timed.add(4, 6);
        writer.appended(timed, record, 0, true);
        writer.deadLettered(3, 8, timed, record, 0, false);
        writer.settled(3, 1, 1, Cause.ACCEPTED);
        writer.settled(3, 2, 4, Cause.ACCEPTED);
        writer.settled(3, 6, 6, Cause.PURGED);
        writer.requeued(3, 7, 9);
        writer.deadLettered(3, 8, slots, record, 0, false);
        writer.offered(3, 8192);
        writer.together(1, 5, slots, record, 0);
        writer.remembered(3, "tä€", 1_700_000_000_456L);
        writer.moved(9, runs);
        writer.compacted(7, 9, runs);
        writer.unbound(binding);
        writer.unbound(between);
        writer.queueDeleted(3);
        writer.exchangeDeleted("x");
        writer.seal();
        log.flush();

        List<String> seen = new ArrayList<>();
        log.reopened().replay(1, (position, millis, events, count) -> {
            seen.add("frame " + position + " " + millis + " " + count);
            new EventReader().read(events, count, new Recorder(seen));
        });
        assertEquals(
                List.of(
                        "frame 1 77 19",
                        "declared " + exchange,
                        "declared 3 " + queue,
                        "bound " + binding,
                        "bound " + between,
                        "appended [3/1099511627776, 70000/9] 40",
                        "appended [3/5 due 1700000000123, 4/6] 40",
                        "dead 3/8 [3/5 due 1700000000123, 4/6] 40",
                        "settled 3 1..4 ACCEPTED",
                        "settled 3 6..6 PURGED",
                        "requeued 3 7..9",
                        "dead 3/8 [3/1099511627776, 70000/9] 40",
                        "offered 3 8192",
                        "remembered 3 tä€ 1700000000456",
                        "moved 9 " + runs,
                        "compacted 7 9 " + runs,
                        "unbound " + binding,
                        "unbound " + between,
                        "deleted 3",
                        "deleted x"),
                seen);
    }

    private record Recorder(List<String> seen) implements HostEvents {
        private static String places(Slots slots) {
            String[] places = new String[slots.size()];
            Arrays.setAll(
                    places,
                    i -> slots.queue(i) + "/" + slots.sequence(i) + (slots.due(i) == 0 ? "" : " due " + slots.due(i)));
            return Arrays.toString(places);
        }

        @Override
        public void exchangeDeclared(ExchangeSpec spec) {
            seen.add("declared " + spec);
        }

        @Override
        public void exchangeDeleted(String name) {
            seen.add("deleted " + name);
        }

        @Override
        public void queueDeclared(int queue, QueueSpec spec) {
            seen.add("declared " + queue + " " + spec);
        }

        @Override
        public void queueDeleted(int queue) {
            seen.add("deleted " + queue);
        }

        @Override
        public void bound(BindingSpec spec) {
            seen.add("bound " + spec);
        }

        @Override
        public void unbound(BindingSpec spec) {
            seen.add("unbound " + spec);
        }

        @Override
        public void appended(Slots slots, ByteBuffer record, int recordAt) {
            seen.add("appended " + places(slots) + " " + MessageRecord.length(record, recordAt));
        }

        @Override
        public void settled(int queue, long first, long last, Cause cause) {
            seen.add("settled " + queue + " " + first + ".." + last + " " + cause);
        }

        @Override
        public void requeued(int queue, long first, long last) {
            seen.add("requeued " + queue + " " + first + ".." + last);
        }

        @Override
        public void deadLettered(int queue, long sequence, Slots slots, ByteBuffer record, int recordAt) {
            String length = " " + MessageRecord.length(record, recordAt);
            seen.add("dead " + queue + "/" + sequence + " " + places(slots) + length);
        }

        @Override
        public void offered(int queue, long upTo) {
            seen.add("offered " + queue + " " + upTo);
        }

        @Override
        public void remembered(int queue, String id, long at) {
            seen.add("remembered " + queue + " " + id + " " + at);
        }

        @Override
        public void moved(long segment, List<Run> runs) {
            seen.add("moved " + segment + " " + runs);
        }

        @Override
        public void compacted(long from, long segment, List<Run> runs) {
            seen.add("compacted " + from + " " + segment + " " + runs);
        }
    }
}
