package io.millrace.server.amqp091;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Spec(value = "amqp-0-9-1", section = "4.2.3")
class FrameWireTest {
    @Test
    void a_wrong_frame_end_is_a_frame_error_and_what_follows_is_not_read() {
        byte[] frame = Bytes.method(1, 60, 10).u32(0).u16(1).u8(0).frame();
        frame[frame.length - 1] = 0;
        Wire wire = Wire.channel().send(frame, Bytes.method(1, 85, 10).u8(0).frame());
        wire.expectClose(
                0, 501, "FRAME_ERROR - a frame of type 1 on channel 1 with 11 bytes ends in 0x0 instead of 0xce", 0, 0);
        wire.expectNothing();
        assertTrue(wire.transport.reading, "the answer can be heard");
        wire.send(Bytes.ascii("noise"), Bytes.method(0, 10, 51).frame())
                .expectNothing()
                .expectEnded();
        wire.calls("disconnect");
    }

    @Test
    void a_frame_above_the_agreed_size_is_a_frame_error_at_its_head() {
        Wire wire = Wire.channel();
        wire.send(Bytes.payload().u8(3).u16(1).u32(131_073).bytes());
        wire.expectClose(
                0,
                501,
                "FRAME_ERROR - a frame of type 3 on channel 1 announces a payload of 131073 bytes; at most 131072 were"
                        + " agreed",
                0,
                0);
    }

    @ParameterizedTest
    @ValueSource(ints = {131_064, 131_072})
    @Spec(value = "rabbitmq", section = "frame_max")
    void a_frame_of_the_agreed_size_is_taken_with_or_without_its_framing(int bytes) {
        Wire wire = Wire.channel();
        wire.send(Bytes.method(1, 60, 40).u16(0).str("").str("q").u8(0).frame());
        wire.send(Bytes.header(1, bytes, Bytes.noProperties()), Bytes.body(1, new byte[bytes]));
        wire.calls("publish 0 flags=0 /q durable=false priority=0 " + bytes + " bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 5, 6, 7, 9, 65, 255})
    void a_frame_of_unknown_type_is_a_frame_error(int type) {
        Wire.channel().send(Bytes.frame(type, 1, new byte[0])).expectConnectionClose(501);
        Wire.channel().send(Bytes.frame(type, 0, new byte[3])).expectConnectionClose(501);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "4.2.7")
    void a_heartbeat_is_taken_on_channel_0_only_and_without_payload() {
        Wire wire = Wire.channel().send(Bytes.heartbeat(), Bytes.heartbeat()).expectNothing();
        wire.send(Bytes.frame(8, 1, new byte[0])).expectConnectionClose(505);
        Wire.channel().send(Bytes.frame(8, 0, new byte[1])).expectConnectionClose(501);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void a_method_frame_without_room_for_a_method_is_a_frame_error(int bytes) {
        Wire.channel().send(Bytes.frame(1, 1, new byte[bytes])).expectConnectionClose(501);
        Wire.channel().send(Bytes.frame(1, 0, new byte[bytes])).expectConnectionClose(501);
        Wire.channel().send(Bytes.frame(1, 9, new byte[bytes])).expectConnectionClose(501);
    }

    @Test
    void arguments_that_are_cut_or_too_long_are_a_frame_error() {
        Wire wire = Wire.channel().send(Bytes.method(1, 50, 10).u8(0).frame());
        wire.expectClose(
                0,
                501,
                "FRAME_ERROR - cannot decode the arguments of method 50.10: the frame ends before the argument does",
                50,
                10);
        wire = Wire.channel()
                .send(Bytes.method(1, 60, 10).u32(0).u16(1).u8(0).u8(9).frame());
        wire.expectClose(
                0,
                501,
                "FRAME_ERROR - cannot decode the arguments of method 60.10: 1 bytes follow the last argument",
                60,
                10);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "4.2.5.3")
    void text_that_is_not_utf_8_is_a_frame_error() {
        Wire wire = Wire.channel();
        wire.send(Bytes.method(1, 50, 30)
                .u16(0)
                .u8(2)
                .raw(new byte[] {(byte) 0xC3, 0x28})
                .u8(0)
                .frame());
        wire.expectClose(0, 501, "FRAME_ERROR - malformed UTF-8 in a short string of 2 bytes", 50, 30);
    }

    @Test
    void methods_that_do_not_exist_or_that_clients_may_not_send_are_command_invalid() {
        for (int[] id : new int[][] {{50, 99}, {99, 10}, {60, 60}, {60, 71}, {10, 40}, {20, 11}, {40, 11}, {85, 11}}) {
            Wire wire = Wire.channel().send(Bytes.method(1, id[0], id[1]).frame());
            wire.expectClose(0, 503, "COMMAND_INVALID - unimplemented method", id[0], id[1]);
        }
    }

    @Test
    void a_method_of_a_channel_on_channel_0_is_a_channel_error() {
        Wire.channel().send(Bytes.method(0, 60, 10).u32(0).u16(1).u8(0).frame()).expectConnectionClose(504);
        Wire.channel().send(Bytes.frame(2, 0, new byte[14])).expectConnectionClose(505);
        Wire.channel().send(Bytes.frame(3, 0, new byte[14])).expectConnectionClose(505);
    }

    @Test
    void a_frame_that_has_not_arrived_takes_no_more_room_than_what_has() {
        Wire wire = Wire.channel();
        long before = wire.transport.allocatedBytes;
        wire.send(Bytes.payload().u8(3).u16(1).u32(131_000).bytes());
        assertFalse(wire.transport.allocatedBytes - before > 1_024, "room is taken for bytes, not for announcements");
        assertEquals(1, wire.engine.channels().size());
    }
}
