package io.millrace.server.amqp091;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelWireTest {
    private static final byte[] CLOSE =
            Bytes.method(1, 20, 40).u16(200).str("bye").u16(0).u16(0).frame();
    private static final byte[] CLOSE_OK = Bytes.method(1, 20, 41).frame();
    private static final byte[] BAD_ACK = Bytes.method(1, 60, 80).u64(5).u8(0).frame();

    @Test
    @Spec(value = "amqp-0-9-1", section = "channel.open")
    void a_channel_opens_and_closes_and_its_number_can_be_used_again() {
        Wire wire = new Wire().connect();
        wire.send(Bytes.method(7, 20, 10).str("").frame())
                .expect(Bytes.method(7, 20, 11).u32(0));
        wire.send(Bytes.method(7, 20, 40).u16(200).str("").u16(0).u16(0).frame())
                .expect(Bytes.method(7, 20, 41));
        wire.send(Bytes.method(7, 20, 10).str("").frame())
                .expect(Bytes.method(7, 20, 11).u32(0));
        wire.expectNothing().calls("openLane 7", "closeLane 7", "openLane 7");
        assertEquals(1, wire.engine.channels().size());
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "channel.open")
    void opening_twice_is_a_channel_error() {
        Wire wire = Wire.channel().send(Bytes.method(1, 20, 10).str("").frame());
        wire.expectClose(0, 504, "CHANNEL_ERROR - second 'channel.open' seen", 20, 10);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "channel.open")
    void frames_on_a_channel_that_is_not_open_are_a_channel_error() {
        Wire wire = Wire.channel().send(Bytes.method(2, 85, 10).u8(0).frame());
        wire.expectClose(0, 504, "CHANNEL_ERROR - expected 'channel.open'", 85, 10);
        Wire.channel().send(Bytes.body(2, new byte[1])).expectConnectionClose(504);
        Wire.channel().send(Bytes.method(2, 20, 41).frame()).expectConnectionClose(504);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "connection.tune-ok")
    void a_channel_number_above_the_agreed_one_is_not_allowed() {
        Wire wire =
                new Wire().login().send(Wire.tuneOk(2, 0, 0), Wire.open("/")).forget();
        wire.openChannel(2).send(Bytes.method(3, 20, 10).str("").frame());
        wire.expectClose(0, 530, "NOT_ALLOWED - channel number 3 is above the negotiated channel_max (2)", 20, 10);
        wire.calls("disconnect");
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "channel.flow")
    void flow_can_only_be_switched_on() {
        Wire wire = Wire.channel().send(Bytes.method(1, 20, 20).u8(1).frame());
        wire.expect(Bytes.method(1, 20, 21).u8(1));
        wire.send(Bytes.method(1, 20, 20).u8(0).frame());
        wire.expectClose(0, 540, "NOT_IMPLEMENTED - active=false", 20, 20);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "channel.close")
    void after_a_channel_error_everything_is_passed_over_until_close_ok() {
        Wire wire = Wire.channel().openChannel(2);
        wire.send(BAD_ACK, Bytes.publish(1, "x", "k", Bytes.noProperties(), "late"), BAD_ACK);
        wire.expectClose(1, 406, "PRECONDITION_FAILED - unknown delivery tag 5", 60, 80)
                .expectNothing();
        wire.calls("closeLane 1");
        wire.send(Bytes.method(2, 85, 10).u8(0).frame()).expect(Bytes.method(2, 85, 11));
        wire.send(CLOSE_OK).expectNothing();
        assertEquals(1, wire.engine.channels().size());
        wire.openChannel(1).send(Bytes.method(1, 85, 10).u8(0).frame()).expect(Bytes.method(1, 85, 11));
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "channel.close")
    void channel_closes_that_cross_are_both_answered() {
        Wire wire = Wire.channel().send(BAD_ACK, CLOSE);
        wire.expectChannelClose(1, 406).expect(CLOSE_OK).expectNothing();
        wire.send(CLOSE_OK, Bytes.method(1, 20, 10).str("").frame());
        wire.expect(Bytes.method(1, 20, 11).u32(0)).expectNothing();
        wire.calls("closeLane 1", "openLane 1");
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "channel.close")
    void answers_that_were_asked_for_before_the_close_come_before_close_ok() {
        Wire wire = Wire.channel();
        wire.commands.hold = true;
        wire.send(Bytes.method(1, 50, 40).u16(0).str("q").u8(0).frame(), CLOSE).expectNothing();
        wire.send(Bytes.publish(1, "x", "k", Bytes.noProperties(), "late"));
        wire.calls("deleteQueue q ifUnused=false ifEmpty=false");
        wire.commands.answer();
        wire.run().expect(Bytes.method(1, 50, 41).u32(3)).expect(CLOSE_OK).expectNothing();
        wire.calls("closeLane 1");
    }

    @Test
    void answers_and_deliveries_that_come_after_the_end_are_passed_over() {
        Wire wire = Wire.channel();
        wire.commands.hold = true;
        var outlet = wire.outlet(1);
        wire.send(BAD_ACK).expectChannelClose(1, 406);
        outlet.confirmed(4);
        outlet.refused(5, ErrorCode.RESOURCE_EXHAUSTED);
        outlet.gotNothing();
        outlet.consumerCancelled(1);
        outlet.failed(new BrokerException(ErrorCode.NOT_FOUND, "late"));
        outlet.deliver(1, 1, 1, false, 0, Records.of("", "q", Bytes.noProperties(), new byte[1]), 0);
        outlet.flush();
        wire.run().expectNothing();
    }

    @Test
    @Spec(value = "rabbitmq", section = "confirms")
    void no_confirm_of_several_reaches_over_a_refused_publish() {
        Wire wire = Wire.channel();
        var outlet = wire.outlet(1);
        for (long refused : new long[] {3, 4, 7, 9}) {
            outlet.refused(refused, ErrorCode.RESOURCE_EXHAUSTED);
        }
        outlet.confirmed(6);
        outlet.refused(11, ErrorCode.RESOURCE_EXHAUSTED);
        outlet.confirmed(10);
        outlet.confirmed(12);
        outlet.flush();
        wire.run();
        for (long refused : new long[] {3, 4, 7, 9}) {
            wire.expect(Bytes.method(1, 60, 120).u64(refused).u8(0));
        }
        wire.expect(Bytes.method(1, 60, 80).u64(2).u8(1));
        wire.expect(Bytes.method(1, 60, 80).u64(6).u8(1));
        wire.expect(Bytes.method(1, 60, 120).u64(11).u8(0));
        wire.expect(Bytes.method(1, 60, 80).u64(8).u8(0));
        wire.expect(Bytes.method(1, 60, 80).u64(10).u8(0));
        wire.expect(Bytes.method(1, 60, 80).u64(12).u8(0));
        wire.expectNothing();
    }

    @ParameterizedTest
    @CsvSource({
        "NOT_FOUND,1,404",
        "ACCESS_REFUSED,1,403",
        "RESOURCE_LOCKED,1,405",
        "PRECONDITION_FAILED,1,406",
        "RESOURCE_EXHAUSTED,1,506",
        "NOT_ALLOWED,0,530",
        "INVALID_ARGUMENT,0,503",
        "NOT_IMPLEMENTED,0,540",
        "DAMAGED,0,541",
        "UNAVAILABLE,0,541",
    })
    @Spec(value = "amqp-0-9-1", section = "1.2")
    void refusals_of_the_core_have_the_reply_codes_of_the_wire(ErrorCode code, int channel, int reply) {
        Wire wire = Wire.channel();
        wire.outlet(1).failed(new BrokerException(code, "because"));
        wire.run();
        if (channel == 1) {
            wire.expectChannelClose(1, reply).calls("closeLane 1");
        } else {
            wire.expectConnectionClose(reply).calls("disconnect");
        }
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "1.2")
    void a_reply_text_that_is_too_long_is_cut_before_a_character() {
        Wire wire = Wire.channel();
        wire.outlet(1).failed(new BrokerException(ErrorCode.NOT_FOUND, "x" + "ü".repeat(300)));
        wire.run();
        String text = "NOT_FOUND - x" + "ü".repeat(119) + "...";
        wire.expectClose(1, 404, text, 60, 40);
    }

    @Test
    @Spec(value = "rabbitmq", section = "access.request")
    void access_request_is_granted_for_old_clients() {
        Wire.channel()
                .send(Bytes.method(1, 30, 10).str("/data").u8(1).frame())
                .expect(Bytes.method(1, 30, 11).u16(1));
    }

    @Test
    @Spec(value = "rabbitmq", section = "connection.blocked")
    void a_client_that_wants_to_know_is_told_that_publishing_is_blocked() {
        Wire wire = Wire.channel();
        wire.engine.blocked("low on disk");
        wire.engine.unblocked();
        wire.run().expect(Bytes.method(0, 10, 60).str("low on disk")).expect(Bytes.method(0, 10, 61));
        Wire silent = new Wire();
        silent.send(Wire.HEADER, Wire.startOk("PLAIN", Wire.plain("guest", "secret"), Map.of()));
        silent.send(Wire.tuneOk(0, 0, 0), Wire.open("/")).forget();
        silent.engine.blocked("low on disk");
        silent.engine.unblocked();
        silent.run().expectNothing();
    }
}
