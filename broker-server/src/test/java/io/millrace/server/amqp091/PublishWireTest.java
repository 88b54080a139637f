package io.millrace.server.amqp091;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.MessageRecord;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishWireTest {
    private static final byte[] CONFIRM = Bytes.method(1, 85, 10).u8(0).frame();

    private static byte[] publish(int bits) {
        return Bytes.method(1, 60, 40).u16(0).str("x").str("k").u8(bits).frame();
    }

    private static byte[] publish(byte[] properties) {
        return Bytes.concat(publish(0), Bytes.header(1, 0, properties));
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "4.2.6")
    void a_message_becomes_a_record_with_its_bytes_unchanged() {
        byte[] properties = Bytes.payload()
                .u16(0xF9B8)
                .str("text/plain")
                .str("gzip")
                .table(Map.of("h", "v"))
                .u8(2)
                .u8(9)
                .str("60000")
                .str("id-1")
                .str("orders")
                .str("guest")
                .str("app")
                .bytes();
        Wire wire = Wire.channel().send(Bytes.publish(1, "x", "käse", properties, "hello"));
        wire.expectNothing().calls("publish 0 flags=0 x/käse durable=true priority=9 hello");
        ByteBuffer record = wire.commands.record();
        assertEquals(MessageRecord.AMQP_0_9_1, MessageRecord.encoding(record, 0));
        assertEquals(0, MessageRecord.overlayLength(record, 0));
        byte[] kept = new byte[MessageRecord.propertiesLength(record, 0)];
        record.get(MessageRecord.propertiesAt(record, 0), kept);
        assertArrayEquals(properties, kept);
        assertEquals(Map.of("h", "v"), Properties091.headers(record, 0));
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "4.2.6")
    void a_body_comes_in_any_number_of_frames() {
        Wire wire = Wire.channel();
        wire.send(publish(0), Bytes.header(1, 10, Bytes.noProperties()));
        wire.send(Bytes.body(1, Bytes.ascii("0")), Bytes.body(1, new byte[0]), Bytes.body(1, Bytes.ascii("12345678")));
        wire.calls("");
        wire.send(Bytes.body(1, Bytes.ascii("9")));
        wire.calls("publish 0 flags=0 x/k durable=false priority=0 0123456789");
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "4.2.6")
    void messages_of_several_channels_may_be_mixed() {
        Wire wire = Wire.channel().openChannel(2);
        wire.send(
                publish(0),
                Bytes.method(2, 60, 40).u16(0).str("y").str("").u8(0).frame());
        wire.send(Bytes.header(2, 2, Bytes.noProperties()), Bytes.header(1, 2, Bytes.noProperties()));
        wire.send(Bytes.body(1, Bytes.ascii("a")), Bytes.body(2, Bytes.ascii("bb")), Bytes.body(1, Bytes.ascii("a")));
        wire.calls(
                "publish 0 flags=0 y/ durable=false priority=0 bb",
                "publish 0 flags=0 x/k durable=false priority=0 aa");
    }

    @Test
    void a_large_message_arrives_whole() {
        byte[] body = new byte[1_000_000];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31);
        }
        Wire wire = Wire.channel();
        wire.send(publish(0), Bytes.header(1, body.length, Bytes.noProperties()));
        for (int at = 0; at < body.length; at += 100_000) {
            wire.send(Bytes.body(1, Arrays.copyOfRange(body, at, at + 100_000)));
        }
        ByteBuffer record = wire.commands.record();
        byte[] kept = new byte[body.length];
        record.get(MessageRecord.bodyAt(record, 0), kept);
        assertArrayEquals(body, kept);
    }

    @ParameterizedTest
    @ValueSource(longs = {1_001, 1L << 40, -1, Long.MIN_VALUE})
    void a_message_above_the_limit_is_refused_at_its_announcement(long size) {
        Wire wire = Wire.channel(Wire.settings(10, 8_192, 1_000, 1 << 20, 100));
        wire.send(publish(0), Bytes.header(1, size, Bytes.noProperties()), Bytes.body(1, new byte[10]));
        wire.expectClose(
                1,
                406,
                "PRECONDITION_FAILED - message size " + Long.toUnsignedString(size)
                        + " is larger than configured max size 1000",
                60,
                40);
        wire.expectNothing().calls("closeLane 1");
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "4.2.6")
    void content_frames_out_of_place_are_unexpected() {
        String noMethod = "UNEXPECTED_FRAME - expected method frame, got non method frame instead";
        String noHeader =
                "UNEXPECTED_FRAME - expected content header for class 60, got non content header frame instead";
        String noBody = "UNEXPECTED_FRAME - expected content body, got non content body frame instead";
        byte[] header = Bytes.header(1, 5, Bytes.noProperties());
        Wire.channel().send(header).expectClose(0, 505, noMethod, 0, 0);
        Wire.channel().send(Bytes.body(1, new byte[1])).expectClose(0, 505, noMethod, 0, 0);
        Wire.channel().send(publish(0), CONFIRM).expectClose(0, 505, noHeader, 60, 40);
        Wire.channel().send(publish(0), Bytes.body(1, new byte[1])).expectClose(0, 505, noHeader, 60, 40);
        Wire.channel().send(publish(0), header, header).expectClose(0, 505, noBody, 60, 40);
        Wire.channel().send(publish(0), header, publish(0)).expectClose(0, 505, noBody, 60, 40);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "4.2.6.1")
    void a_content_header_of_another_class_or_weight_is_unexpected() {
        byte[] otherClass = Bytes.payload().u16(50).u16(0).u64(5).u16(0).bytes();
        Wire.channel()
                .send(publish(0), Bytes.frame(2, 1, otherClass))
                .expectClose(
                        0,
                        505,
                        "UNEXPECTED_FRAME - expected content header for class 60, got one for class 50 instead",
                        60,
                        40);
        byte[] weight = Bytes.payload().u16(60).u16(1).u64(5).u16(0).bytes();
        Wire.channel().send(publish(0), Bytes.frame(2, 1, weight)).expectConnectionClose(505);
        Wire.channel().send(publish(0), Bytes.frame(2, 1, new byte[13])).expectConnectionClose(501);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "4.2.6")
    void more_body_than_announced_is_a_frame_error() {
        Wire wire = Wire.channel();
        wire.send(publish(0), Bytes.header(1, 5, Bytes.noProperties()), Bytes.body(1, new byte[6]));
        wire.expectClose(0, 501, "FRAME_ERROR - a body frame brings 6 bytes where 5 are missing", 60, 40);
        wire.calls("disconnect");
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "4.2.6.1")
    void malformed_properties_end_the_connection() {
        byte[][] malformed = {
            Bytes.payload().u16(0x8000).bytes(),
            Bytes.payload().u16(0x8000).u8(9).u8('a').bytes(),
            Bytes.payload().u16(0x1000).bytes(),
            Bytes.payload().u16(0x0040).u32(1).bytes(),
            Bytes.payload().u16(0x2000).u16(0).bytes(),
            Bytes.payload().u16(0x2000).u32(0xFFFF_FFFFL).bytes(),
            Bytes.payload().u16(0x2000).u32(9).u8(0).bytes(),
            Bytes.payload().u16(0).u8(1).bytes(),
        };
        for (byte[] properties : malformed) {
            Wire.channel().send(publish(properties)).expectConnectionClose(501).calls("disconnect");
        }
        Wire.channel().send(publish(Bytes.payload().u16(1).u16(0).bytes())).expectConnectionClose(502);
        Wire.channel().send(publish(Bytes.payload().u16(2).bytes())).expectConnectionClose(502);
        byte[] badTable =
                Bytes.payload().u16(0x2000).longBytes(new byte[] {1, 'a', 'Z'}).bytes();
        Wire.channel().send(publish(badTable)).expectConnectionClose(502);
        byte[] deep = Bytes.payload()
                .u16(0x2000)
                .longBytes(DeclareWireTest.nested(33))
                .bytes();
        Wire.channel().send(publish(deep)).expectConnectionClose(502);
    }

    @Test
    void headers_with_too_many_entries_or_bytes_are_refused() {
        Bytes thousand = Bytes.payload();
        for (int i = 0; i < 1_000; i++) {
            thousand.str("a").u8('V');
        }
        byte[] most = thousand.bytes();
        Wire wire = Wire.channel()
                .send(publish(Bytes.payload().u16(0x2000).longBytes(most).bytes()));
        wire.expectNothing();
        byte[] more = Bytes.concat(most, Bytes.payload().str("b").u8('V').bytes());
        wire.send(publish(Bytes.payload().u16(0x2000).longBytes(more).bytes()));
        wire.expectClose(
                1,
                406,
                "PRECONDITION_FAILED - headers hold more than 1000 entries, those of nested tables and arrays included",
                60,
                40);
        byte[] large =
                Bytes.payload().str("a").u8('x').longBytes(new byte[65_536]).bytes();
        Wire.channel()
                .send(publish(Bytes.payload().u16(0x2000).longBytes(large).bytes()))
                .expectClose(
                        1,
                        406,
                        "PRECONDITION_FAILED - headers of 65543 bytes are larger than the 65536 allowed",
                        60,
                        40);
    }

    @ParameterizedTest
    @CsvSource({
        "abc,no_integer",
        "'',no_integer",
        "12x,'{leftover_string,\"x\"}'",
        "-1,'{value_negative,-1}'",
        "99999999999999,'{value_too_large,99999999999999}'",
    })
    @Spec(value = "rabbitmq", section = "expiration")
    void a_bad_expiration_is_refused(String expiration, String why) {
        Wire wire = Wire.channel()
                .send(publish(Bytes.payload().u16(0x0100).str(expiration).bytes()));
        wire.expectClose(1, 406, "PRECONDITION_FAILED - invalid expiration '" + expiration + "': " + why, 60, 40);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "+1", "60000", "4294967295"})
    @Spec(value = "rabbitmq", section = "expiration")
    void a_good_expiration_is_kept(String expiration) {
        Wire wire = Wire.channel()
                .send(publish(Bytes.payload().u16(0x0100).str(expiration).bytes()));
        wire.expectNothing().calls("publish 0 flags=0 x/k durable=false priority=0 ");
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.properties.user-id")
    void a_foreign_user_id_is_refused() {
        Wire wire = Wire.channel()
                .send(publish(Bytes.payload().u16(0x0010).str("guest").bytes()));
        wire.expectNothing();
        wire.send(publish(Bytes.payload().u16(0x0010).str("eve").bytes()));
        wire.expectClose(
                1,
                406,
                "PRECONDITION_FAILED - user_id property set to 'eve' but authenticated user was 'guest'",
                60,
                40);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.publish")
    void immediate_is_not_implemented() {
        Wire.channel().send(publish(2)).expectClose(0, 540, "NOT_IMPLEMENTED - immediate=true", 60, 40);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.publish")
    void an_unknown_exchange_ends_the_channel() {
        Wire wire = Wire.channel();
        wire.send(Bytes.publish(1, "nope", "k", Bytes.noProperties(), ""), publish(Bytes.noProperties()));
        wire.expectClose(1, 404, "NOT_FOUND - no exchange 'nope' in vhost '/'", 60, 40)
                .expectNothing();
        wire.calls("publish 0 flags=0 nope/k durable=false priority=0 ", "closeLane 1");
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.return")
    void an_unroutable_mandatory_message_is_returned_before_its_confirm() {
        Wire wire = Wire.channel().send(CONFIRM).expect(Bytes.method(1, 85, 11));
        byte[] properties = Bytes.payload().u16(0x8000).str("text/plain").bytes();
        wire.send(publish(1), Bytes.header(1, 5, properties), Bytes.body(1, Bytes.ascii("hello")));
        wire.calls("publish 1 flags=1 x/k durable=false priority=0 hello");
        wire.outlet(1).returned(1, wire.commands.record(), 0);
        wire.outlet(1).confirmed(1);
        wire.outlet(1).flush();
        wire.expect(Bytes.method(1, 60, 50).u16(312).str("NO_ROUTE").str("x").str("k"));
        wire.expect(Bytes.header(1, 5, properties)).expect(Bytes.body(1, Bytes.ascii("hello")));
        wire.expect(Bytes.method(1, 60, 80).u64(1).u8(0)).expectNothing();
    }

    @Test
    @Spec(value = "rabbitmq", section = "confirm.select")
    void publishes_are_numbered_from_one_after_confirm_select() {
        Wire wire = Wire.channel().send(publish(Bytes.noProperties()), CONFIRM, publish(Bytes.noProperties()));
        wire.send(Bytes.method(1, 85, 10).u8(1).frame(), publish(Bytes.noProperties()));
        wire.expect(Bytes.method(1, 85, 11)).expectNothing();
        wire.calls(
                "publish 0 flags=0 x/k durable=false priority=0 ",
                "publish 1 flags=0 x/k durable=false priority=0 ",
                "publish 2 flags=0 x/k durable=false priority=0 ");
    }

    @Test
    @Spec(value = "rabbitmq", section = "basic.ack to publisher")
    void confirms_are_single_or_multiple_and_never_repeated() {
        Wire wire = Wire.channel().send(CONFIRM).forget();
        wire.outlet(1).confirmed(1);
        wire.outlet(1).confirmed(1);
        wire.outlet(1).confirmed(4);
        wire.outlet(1).confirmed(3);
        wire.outlet(1).flush();
        wire.expect(Bytes.method(1, 60, 80).u64(1).u8(0));
        wire.expect(Bytes.method(1, 60, 80).u64(4).u8(1)).expectNothing();
    }

    @Test
    @Spec(value = "rabbitmq", section = "basic.nack to publisher")
    void a_refused_publish_is_nacked_and_not_acked_as_well() {
        Wire wire = Wire.channel().send(CONFIRM).forget();
        var outlet = wire.outlet(1);
        outlet.refused(1, ErrorCode.RESOURCE_EXHAUSTED);
        outlet.confirmed(2);
        outlet.refused(4, ErrorCode.RESOURCE_EXHAUSTED);
        outlet.refused(5, ErrorCode.RESOURCE_EXHAUSTED);
        outlet.confirmed(5);
        outlet.confirmed(6);
        outlet.flush();
        wire.expect(Bytes.method(1, 60, 120).u64(1).u8(0))
                .expect(Bytes.method(1, 60, 80).u64(2).u8(0));
        wire.expect(Bytes.method(1, 60, 120).u64(4).u8(0))
                .expect(Bytes.method(1, 60, 120).u64(5).u8(0));
        wire.expect(Bytes.method(1, 60, 80).u64(3).u8(0))
                .expect(Bytes.method(1, 60, 80).u64(6).u8(0));
        wire.expectNothing();
    }

    @Test
    void unfinished_messages_of_all_channels_together_are_bounded() {
        Wire wire = new Wire(Wire.settings(10, 131_072, 1 << 20, 1 << 20, 100)).connect();
        byte[] part = new byte[120_000];
        for (int channel = 1; channel <= 4; channel++) {
            wire.openChannel(channel);
            wire.send(
                    Bytes.method(channel, 60, 40).u16(0).str("x").str("k").u8(0).frame());
            wire.send(Bytes.header(channel, 1 << 20, Bytes.noProperties()));
        }
        wire.send(Bytes.body(1, part), Bytes.body(2, part))
                .send(Bytes.body(3, part))
                .expectConnectionClose(506);
    }

    @Test
    void publishers_that_are_blocked_are_not_read_and_others_are() {
        Wire wire = Wire.channel();
        wire.engine.publishersBlocked(true);
        assertTrue(wire.transport.reading);
        wire.send(publish(Bytes.noProperties()));
        assertFalse(wire.engine.wantsRead());
        assertFalse(wire.transport.reading);
        wire.engine.publishersBlocked(false);
        assertTrue(wire.transport.reading);
    }

    @Test
    void a_routing_key_need_not_be_text() {
        byte[] key = {(byte) 0xFF, 0, 7};
        Wire wire = Wire.channel();
        wire.send(Bytes.method(1, 60, 40).u16(0).str("x").u8(3).raw(key).u8(0).frame());
        wire.send(Bytes.header(1, 0, Bytes.noProperties()));
        ByteBuffer record = wire.commands.record();
        byte[] kept = new byte[MessageRecord.routingKeyLength(record, 0)];
        record.get(MessageRecord.routingKeyAt(record, 0), kept);
        assertArrayEquals(key, kept);
    }
}
