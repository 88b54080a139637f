package io.millrace.server.amqp091;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeWireTest {
    private static final Bytes TUNE =
            Bytes.method(0, 10, 30).u16(2_047).u32(131_072).u16(60);

    private static Bytes start() {
        return Bytes.method(0, 10, 10)
                .u8(0)
                .u8(9)
                .table(Map.of("product", "Millrace"))
                .longStr("PLAIN AMQPLAIN")
                .longStr("en_US");
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "2.2.4")
    void a_client_with_the_right_password_opens_a_virtual_host() {
        Wire wire = new Wire();
        wire.send(Wire.HEADER).expect(start()).expectNothing();
        wire.send(Wire.startOk("PLAIN", Wire.plain("guest", "secret"), Map.of()))
                .expect(TUNE)
                .expectNothing();
        wire.send(Wire.tuneOk(100, 8_192, 30)).expectNothing();
        wire.send(Wire.open("/")).expect(Bytes.method(0, 10, 41).u8(0)).expectNothing();
        wire.calls("connect");
        Session091 session = assertNotNull_(wire);
        assertEquals("guest", session.user());
        assertEquals(100, session.channelMax());
        assertEquals(8_192, session.frameMaxBytes());
        assertEquals(30, session.heartbeatSeconds());
    }

    private static Session091 assertNotNull_(Wire wire) {
        Session091 session = wire.engine.session();
        assertNotNull(session);
        return session;
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "4.2.2")
    void a_wrong_protocol_header_is_answered_by_the_right_one_and_closed() {
        Wire wire = new Wire().send(new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 2});
        wire.expect(Wire.HEADER).expectNothing().expectEnded();
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "4.2.2")
    void another_protocol_is_answered_by_our_header_and_closed_at_its_first_wrong_byte() {
        new Wire().send(Bytes.ascii("G")).expect(Wire.HEADER).expectEnded();
        new Wire().send(Bytes.ascii("AMQP\3\1\0\0")).expect(Wire.HEADER).expectEnded();
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "4.2.2")
    void half_a_protocol_header_waits_for_the_rest() {
        Wire wire = new Wire().send(Bytes.ascii("AMQP\0")).expectNothing();
        wire.send(new byte[] {0, 9, 1}).expect(start());
    }

    @Test
    @Spec(value = "rabbitmq", section = "AMQPLAIN")
    void amqplain_carries_name_and_password_in_a_table() {
        byte[] response = Bytes.payload()
                .str("LOGIN")
                .u8('S')
                .longStr("guest")
                .str("PASSWORD")
                .u8('S')
                .longStr("secret")
                .bytes();
        new Wire()
                .send(Wire.HEADER)
                .expect(start())
                .send(Wire.startOk("AMQPLAIN", response, Map.of()))
                .expect(TUNE);
    }

    @Test
    @Spec(value = "rabbitmq", section = "authentication_failure_close")
    void a_refused_login_is_told_to_a_client_that_can_take_it() {
        Wire wire = new Wire().send(Wire.HEADER).forget();
        wire.send(Wire.startOk("PLAIN", Wire.plain("guest", "wrong"), Wire.ALL_CAPABILITIES));
        wire.expectClose(
                0,
                403,
                "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN."
                        + " For details see the broker logfile.",
                0,
                0);
        wire.send(Bytes.method(0, 10, 51).frame()).expectEnded();
        assertTrue(wire.log.toString().startsWith("loginRefused guest"));
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "2.2.4")
    void a_refused_login_closes_in_silence_without_the_capability() {
        Wire wire = new Wire().send(Wire.HEADER).forget();
        wire.send(Wire.startOk("PLAIN", Wire.plain("nobody", "secret"), Map.of()));
        wire.expectNothing().expectEnded();
    }

    @ParameterizedTest
    @ValueSource(strings = {"EXTERNAL", "ANONYMOUS", "", "plain"})
    @Spec(value = "amqp-0-9-1", section = "connection.start-ok")
    void other_mechanisms_are_refused_like_a_wrong_password(String mechanism) {
        Wire wire = new Wire().send(Wire.HEADER).forget();
        wire.send(Wire.startOk(mechanism, Wire.plain("guest", "secret"), Wire.ALL_CAPABILITIES));
        wire.expectConnectionClose(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "guest", "\0guest", "\0guest\0secret\0more"})
    @Spec(value = "rfc4616", section = "2")
    void a_malformed_plain_response_is_refused(String response) {
        Wire wire = new Wire().send(Wire.HEADER).forget();
        wire.send(Wire.startOk("PLAIN", Bytes.ascii(response), Map.of()));
        wire.expectNothing().expectEnded();
    }

    @Test
    @Spec(value = "rabbitmq", section = "AMQPLAIN")
    void a_malformed_amqplain_response_is_refused() {
        for (byte[] response : new byte[][] {
            {}, {5, 'a'}, Bytes.payload().str("LOGIN").u8('t').u8(1).bytes()
        }) {
            Wire wire = new Wire().send(Wire.HEADER).forget();
            wire.send(Wire.startOk("AMQPLAIN", response, Map.of()))
                    .expectNothing()
                    .expectEnded();
        }
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "2.2.4")
    void nothing_is_read_while_the_login_is_being_checked() {
        Wire wire = new Wire();
        wire.holdLogin = true;
        wire.send(Wire.HEADER).forget();
        wire.send(Wire.startOk("PLAIN", Wire.plain("guest", "secret"), Map.of()), Wire.tuneOk(0, 0, 0), Wire.open("/"));
        wire.expectNothing();
        assertFalse(wire.engine.wantsRead());
        assertFalse(wire.transport.reading);
        Runnable login = wire.heldLogin;
        assertNotNull(login);
        login.run();
        wire.run().expect(TUNE).expect(Bytes.method(0, 10, 41).u8(0)).expectNothing();
        assertTrue(wire.transport.reading);
    }

    @Test
    void a_login_that_is_answered_after_the_client_has_gone_changes_nothing() {
        Wire wire = new Wire();
        wire.holdLogin = true;
        wire.send(Wire.HEADER)
                .send(Wire.startOk("PLAIN", Wire.plain("guest", "secret"), Map.of()))
                .forget();
        wire.engine.transportClosed();
        Runnable login = wire.heldLogin;
        assertNotNull(login);
        login.run();
        wire.run().expectNothing().expectEnded();
    }

    @ParameterizedTest
    @CsvSource({
        "0,1,'negotiated frame_max = 1 is lower than the minimum allowed value (4096)'",
        "0,4095,'negotiated frame_max = 4095 is lower than the minimum allowed value (4096)'",
        "0,131073,'negotiated frame_max = 131073 is higher than the maximum allowed value (131072)'",
        "0,4294967295,'negotiated frame_max = 4294967295 is higher than the maximum allowed value (131072)'",
        "2048,0,'negotiated channel_max = 2048 is higher than the maximum allowed value (2047)'",
    })
    @Spec(value = "amqp-0-9-1", section = "connection.tune-ok")
    void limits_outside_of_what_was_offered_are_refused(int channelMax, long frameMax, String text) {
        Wire wire = new Wire().login().send(Wire.tuneOk(channelMax, frameMax, 0));
        wire.expectClose(0, 530, "NOT_ALLOWED - " + text, 10, 31);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "connection.tune-ok")
    void zero_in_tune_ok_means_our_limits() {
        Wire wire = new Wire().login().send(Wire.tuneOk(0, 0, 0), Wire.open("/"));
        Session091 session = assertNotNull_(wire);
        assertEquals(2_047, session.channelMax());
        assertEquals(131_072, session.frameMaxBytes());
        assertEquals(0, session.heartbeatSeconds());
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "connection.open")
    void an_unknown_virtual_host_is_not_allowed() {
        Wire wire = new Wire().login().send(Wire.tuneOk(0, 0, 0), Wire.open("elsewhere"));
        wire.expectClose(0, 530, "NOT_ALLOWED - vhost elsewhere not found", 10, 40);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "connection.open")
    void a_virtual_host_without_permission_is_not_allowed() {
        Wire wire = new Wire().login().send(Wire.tuneOk(0, 0, 0), Wire.open("private"));
        wire.expectClose(0, 530, "NOT_ALLOWED - access to vhost 'private' refused for user 'guest'", 10, 40);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "connection.open")
    void a_virtual_host_that_is_not_ready_is_an_internal_error() {
        Wire wire = new Wire().login().send(Wire.tuneOk(0, 0, 0), Wire.open("starting"));
        wire.expectClose(0, 541, "INTERNAL_ERROR - vhost 'starting' recovers", 10, 40);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "connection.open")
    void a_virtual_host_name_with_a_line_break_is_refused() {
        Wire wire = new Wire().login().send(Wire.tuneOk(0, 0, 0), Wire.open("a\nb"));
        wire.expectConnectionClose(406);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "2.2.4")
    void methods_before_login_end_the_connection_in_silence() {
        Wire wire = new Wire().send(Wire.HEADER).forget();
        wire.send(Bytes.method(1, 20, 10).str("").frame()).expectNothing().expectEnded();
        Wire other = new Wire().send(Wire.HEADER).forget();
        other.send(Wire.open("/")).expectNothing().expectEnded();
        other.calls("");
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "2.2.4")
    void methods_out_of_order_after_login_are_a_channel_error() {
        new Wire().login().send(Wire.open("/")).expectConnectionClose(504);
        new Wire().login().send(Bytes.method(1, 20, 10).str("").frame()).expectConnectionClose(505);
    }

    @Test
    void a_frame_above_8_kib_before_login_is_refused_and_nothing_is_allocated_for_it() {
        Wire wire = new Wire().send(Wire.HEADER).forget();
        long before = wire.transport.allocatedBytes;
        wire.send(Bytes.payload().u8(1).u16(0).u32(0xFFFF_FFFFL).bytes());
        wire.expectNothing().expectEnded();
        assertTrue(wire.transport.allocatedBytes - before < 1_024);
    }

    @Test
    @Spec(value = "rabbitmq", section = "connection.update-secret")
    void update_secret_takes_any_secret_for_a_login_that_does_not_expire() {
        Wire wire = new Wire().connect();
        for (String secret : new String[] {"secret", "another", ""}) {
            wire.send(Bytes.method(0, 10, 70).longStr(secret).str("expired").frame());
            wire.expect(Bytes.method(0, 10, 71)).expectNothing();
        }
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "connection.close")
    void a_client_closes() {
        Wire wire = Wire.channel();
        wire.send(Bytes.method(0, 10, 50).u16(200).str("bye").u16(0).u16(0).frame());
        wire.expect(Bytes.method(0, 10, 51)).expectNothing().expectEnded();
        wire.calls("disconnect");
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "connection.close")
    void a_shutdown_says_connection_forced_and_waits_for_the_answer() {
        Wire wire = Wire.channel();
        wire.engine.shutdown("broker forced connection closure with reason 'shutdown'");
        wire.run();
        wire.expectClose(0, 320, "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'", 0, 0);
        wire.calls("disconnect");
        wire.send(Bytes.method(1, 85, 10).u8(0).frame()).expectNothing();
        assertFalse(wire.engine.isEnded());
        wire.send(Bytes.method(0, 10, 51).frame()).expectNothing().expectEnded();
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "connection.close")
    void closes_that_cross_are_both_answered() {
        Wire wire = Wire.channel();
        wire.engine.shutdown("now");
        wire.run().expectConnectionClose(320);
        wire.send(Bytes.method(0, 10, 50).u16(200).str("bye").u16(0).u16(0).frame());
        wire.expect(Bytes.method(0, 10, 51)).expectNothing().expectEnded();
    }

    @Test
    void a_lost_connection_disconnects_the_client_once() {
        Wire wire = Wire.channel();
        wire.engine.transportClosed();
        wire.engine.transportClosed();
        wire.run().calls("disconnect");
        wire.send(Bytes.heartbeat()).expectNothing();
    }
}
