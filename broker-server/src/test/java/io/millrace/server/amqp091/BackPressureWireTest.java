package io.millrace.server.amqp091;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BackPressureWireTest {
    private static final ByteBuffer MESSAGE = Records.of("", "q", Bytes.noProperties(), new byte[1_000]);
    private static final byte[] CONSUME = Bytes.method(1, 60, 20)
            .u16(0)
            .str("q")
            .str("t")
            .u8(0)
            .table(Map.of())
            .frame();

    private static Wire consuming(int highWater, int unsettledMax) {
        Wire wire = Wire.channel(Wire.settings(10, 8_192, 100_000, highWater, unsettledMax));
        return wire.send(CONSUME).forget();
    }

    @Test
    void a_transport_that_takes_no_more_gets_no_more_deliveries() {
        Wire wire = consuming(10_000, 100);
        assertTrue(wire.outlet(1).hasRoom());
        wire.engine.writabilityChanged(false);
        assertFalse(wire.outlet(1).hasRoom());
        wire.calls("");
        wire.engine.writabilityChanged(true);
        wire.run().calls("resume 1");
        assertTrue(wire.outlet(1).hasRoom());
    }

    @Test
    void a_turn_ends_at_the_high_water_mark_and_goes_on_after_its_flush() {
        Wire wire = consuming(10_000, 100);
        int delivered = 0;
        while (wire.outlet(1).hasRoom()) {
            wire.outlet(1).deliver(1, 9, delivered++, false, 0, MESSAGE, 0);
        }
        assertEquals(10, delivered);
        wire.calls("");
        wire.outlet(1).flush();
        wire.calls("");
        wire.run().calls("resume 1");
    }

    @Test
    void a_channel_that_was_never_refused_room_is_not_resumed() {
        Wire wire = consuming(10_000, 100).openChannel(2);
        wire.engine.writabilityChanged(false);
        assertFalse(wire.outlet(1).hasRoom());
        wire.engine.writabilityChanged(true);
        wire.run().calls("resume 1");
    }

    @Test
    void acks_are_read_while_deliveries_wait() {
        Wire wire = consuming(10_000, 100);
        wire.deliver(1, 9, 1, MESSAGE);
        wire.engine.writabilityChanged(false);
        assertTrue(wire.engine.wantsRead());
        wire.send(Bytes.method(1, 60, 80).u64(1).u8(0).frame()).calls("settle 1 9 1..1 ACCEPTED");
    }

    @Test
    void unsettled_deliveries_of_a_channel_are_bounded() {
        Wire wire = consuming(1 << 20, 3);
        for (int i = 0; i < 3; i++) {
            assertTrue(wire.outlet(1).hasRoom());
            wire.deliver(1, 9, i, MESSAGE);
        }
        assertFalse(wire.outlet(1).hasRoom());
        wire.outlet(1).flush();
        wire.run().calls("");
        wire.send(Bytes.method(1, 60, 80).u64(2).u8(0).frame()).calls("settle 1 9 1..1 ACCEPTED", "resume 1");
    }

    @Test
    void a_client_that_does_not_read_its_answers_is_not_read_either() {
        Wire wire = consuming(10_000, 100);
        wire.engine.writabilityChanged(false);
        byte[] purge = Bytes.method(1, 50, 30).u16(0).str("q").u8(0).frame();
        int sent = 0;
        while (wire.transport.reading) {
            wire.send(purge);
            sent++;
            assertTrue(sent < 10_000, "reading stops");
        }
        assertEquals(10_000 / 16 + 1, sent);
        wire.forget().send(purge, purge).calls("");
        wire.engine.writabilityChanged(true);
        wire.run().calls("purge q", "purge q");
        assertTrue(wire.transport.reading);
    }

    @Test
    void a_burst_of_methods_stops_where_its_answers_fill_the_mark() {
        Wire wire = consuming(1_000, 100);
        wire.engine.writabilityChanged(false);
        byte[] purge = Bytes.method(1, 50, 30).u16(0).str("q").u8(0).frame();
        byte[][] burst = new byte[200][];
        Arrays.fill(burst, purge);
        wire.send(burst);
        assertEquals(1_000 / 16 + 1, wire.commands.taken().size());
        for (int i = 0; i < 10; i++) {
            wire.engine.writabilityChanged(true);
            wire.run();
        }
        assertEquals(200 - 63, wire.commands.taken().size());
        assertEquals(0, wire.forget().transport.sent.readableBytes());
    }

    @Test
    void methods_that_wait_for_their_answer_are_bounded() {
        Wire wire = Wire.channel();
        wire.commands.hold = true;
        byte[] purge = Bytes.method(1, 50, 30).u16(0).str("q").u8(1).frame();
        int sent = 0;
        while (wire.transport.reading) {
            wire.send(purge);
            sent++;
            assertTrue(sent < 10_000, "reading stops");
        }
        assertEquals(Wire.settings().repliesMax() + 1, sent);
        wire.commands.answer();
        wire.run();
        assertTrue(wire.transport.reading);
    }
}
