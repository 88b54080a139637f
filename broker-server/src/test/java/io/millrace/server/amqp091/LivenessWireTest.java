package io.millrace.server.amqp091;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LivenessWireTest {
    /** Engines of {@link Wire} are made at this time. */
    private static final long START = 1_000;

    private static Wire beating(int seconds) {
        Wire wire = new Wire().login().send(Wire.tuneOk(0, 0, seconds), Wire.open("/"));
        wire.engine.tick(START);
        return wire.forget();
    }

    @Test
    void a_handshake_that_takes_too_long_in_total_is_ended() {
        Wire silent = new Wire();
        silent.engine.tick(START + 9_999);
        assertFalse(silent.engine.isEnded());
        silent.engine.tick(START + 10_000);
        silent.expectNothing().expectEnded();
        Wire slow = new Wire();
        for (int i = 0; i < 10; i++) {
            slow.send(Arrays.copyOfRange(Wire.HEADER, Math.min(i, 7), Math.min(i, 7) + (i < 7 ? 1 : 0)));
            slow.engine.tick(START + i * 1_000L);
        }
        assertFalse(slow.engine.isEnded());
        slow.engine.tick(START + 10_000);
        slow.expectEnded();
        Wire almost = new Wire().login().send(Wire.tuneOk(0, 0, 0)).forget();
        almost.engine.tick(START + 10_000);
        almost.expectNothing().expectEnded();
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "4.2.7")
    void a_heartbeat_is_sent_when_nothing_was_for_half_an_interval() {
        Wire wire = beating(10);
        wire.engine.tick(START + 4_999);
        wire.expectNothing();
        wire.engine.tick(START + 5_000);
        wire.expect(Bytes.heartbeat()).expectNothing();
        wire.openChannel(1);
        wire.engine.tick(START + 6_000);
        wire.engine.tick(START + 10_500);
        wire.expectNothing();
        wire.engine.tick(START + 11_000);
        wire.expect(Bytes.heartbeat()).expectNothing();
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "4.2.7")
    void a_client_that_is_silent_for_two_intervals_is_dropped() {
        Wire wire = beating(10);
        wire.engine.tick(START + 15_000);
        wire.send(Bytes.heartbeat());
        wire.engine.tick(START + 16_000);
        wire.engine.tick(START + 35_999);
        assertFalse(wire.engine.isEnded());
        wire.engine.tick(START + 36_000);
        wire.expectEnded().calls("disconnect");
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "connection.tune-ok")
    void an_interval_of_zero_means_no_heartbeats() {
        Wire wire = beating(0);
        wire.engine.tick(START + 1_000_000);
        wire.expectNothing();
        assertFalse(wire.engine.isEnded());
    }

    @Test
    void a_client_that_is_not_read_is_not_blamed_for_its_silence() {
        Wire wire = beating(10).openChannel(1);
        wire.send(Bytes.publish(1, "x", "k", Bytes.noProperties(), ""));
        wire.engine.publishersBlocked(true);
        for (int i = 1; i <= 100; i++) {
            wire.engine.tick(START + i * 1_000L);
        }
        assertFalse(wire.engine.isEnded());
        wire.engine.publishersBlocked(false);
        wire.engine.tick(START + 119_000);
        assertFalse(wire.engine.isEnded());
        wire.engine.tick(START + 120_000);
        wire.expectEnded();
    }

    @Test
    void a_close_that_is_not_answered_ends_anyway() {
        Wire wire = Wire.channel();
        wire.engine.shutdown("now");
        wire.run();
        wire.engine.tick(START);
        wire.engine.tick(START + 9_999);
        assertFalse(wire.engine.isEnded());
        wire.engine.tick(START + 10_000);
        wire.expectEnded();
    }
}
