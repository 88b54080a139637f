package io.millrace.server.amqp091;

import org.junit.jupiter.api.Test;

/** Clients that do not wait for answers: what comes back is in the order of what they sent. */
class OrderWireTest {
    private static final byte[] BAD_ACK = Bytes.method(1, 60, 80).u64(9).u8(0).frame();
    private static final byte[] DELETE =
            Bytes.method(1, 50, 40).u16(0).str("q").u8(0).frame();
    private static final byte[] CLOSE =
            Bytes.method(1, 20, 40).u16(200).str("").u16(0).u16(0).frame();
    private static final Bytes DELETED = Bytes.method(1, 50, 41).u32(3);

    @Test
    @Spec(value = "amqp-0-9-1", section = "channel.close")
    void an_error_does_not_overtake_the_answers_to_earlier_methods() {
        Wire wire = Wire.channel();
        wire.commands.hold = true;
        wire.send(DELETE, BAD_ACK).expectNothing();
        wire.commands.answer();
        wire.run().expect(DELETED).expectChannelClose(1, 406);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "channel.close")
    void methods_behind_an_error_have_no_effect() {
        Wire wire = Wire.channel();
        wire.commands.hold = true;
        wire.send(DELETE, BAD_ACK, DELETE, Bytes.publish(1, "", "q", Bytes.noProperties(), "late"));
        wire.calls("deleteQueue q ifUnused=false ifEmpty=false");
        wire.commands.answer();
        wire.run().expect(DELETED).expectChannelClose(1, 406);
        wire.calls("closeLane 1");
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "channel.close")
    void a_close_that_crosses_an_error_is_answered_behind_it() {
        Wire wire = Wire.channel();
        wire.commands.hold = true;
        wire.send(DELETE, BAD_ACK, CLOSE).expectNothing();
        wire.commands.answer();
        wire.run().expect(DELETED).expectChannelClose(1, 406).expect(Bytes.method(1, 20, 41));
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "channel.close")
    void another_channel_goes_on_while_an_error_waits_for_its_turn() {
        Wire wire = Wire.channel().openChannel(2);
        wire.commands.hold = true;
        wire.send(DELETE, BAD_ACK).expectNothing();
        wire.send(Bytes.method(2, 60, 10).u32(0).u16(5).u8(0).frame())
                .expect(Bytes.method(2, 60, 11))
                .expectNothing();
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "connection.close")
    void an_error_of_the_connection_waits_for_nothing() {
        Wire wire = Wire.channel();
        wire.commands.hold = true;
        wire.send(DELETE, Bytes.method(1, 60, 99).frame()).expectConnectionClose(503);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "channel.open")
    void a_number_can_be_used_again_after_the_error_was_answered() {
        Wire wire = Wire.channel();
        wire.send(BAD_ACK).expectChannelClose(1, 406);
        wire.send(
                        Bytes.method(1, 20, 41).frame(),
                        Bytes.method(1, 20, 10).str("").frame())
                .expect(Bytes.method(1, 20, 11).u32(0));
    }
}
