package io.millrace.server.amqp091;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsumeWireTest {
    private static final byte[] PROPERTIES =
            Bytes.payload().u16(0x9000).str("text/plain").u8(2).bytes();

    private static byte[] consume(String queue, String tag, int bits) {
        return Bytes.method(1, 60, 20)
                .u16(0)
                .str(queue)
                .str(tag)
                .u8(bits)
                .table(Map.of())
                .frame();
    }

    private static byte[] ack(long tag, boolean multiple) {
        return Bytes.method(1, 60, 80).u64(tag).u8(multiple ? 1 : 0).frame();
    }

    private static byte[] nack(long tag, int bits) {
        return Bytes.method(1, 60, 120).u64(tag).u8(bits).frame();
    }

    private static ByteBuffer message(String body) {
        return Records.of("x", "k", PROPERTIES, Bytes.ascii(body));
    }

    private static byte[] bytes(ByteBuffer record) {
        byte[] bytes = new byte[record.capacity()];
        record.get(0, bytes);
        return bytes;
    }

    /** A channel with consumer 1, tag {@code t}, and so many unsettled deliveries of queue 9 from sequence 100. */
    private static Wire consuming(int deliveries) {
        Wire wire = Wire.channel()
                .send(consume("q", "t", 0))
                .expect(Bytes.method(1, 60, 21).str("t"));
        for (int i = 0; i < deliveries; i++) {
            wire.deliver(1, 9, 100 + i, message("m"));
        }
        return wire.forget();
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.deliver")
    void a_delivery_carries_the_message_as_it_came() {
        Wire wire = consuming(0).deliver(1, 9, 100, message("hello"));
        wire.expect(Bytes.method(1, 60, 60).str("t").u64(1).u8(0).str("x").str("k"));
        wire.expect(Bytes.header(1, 5, PROPERTIES)).expect(Bytes.body(1, Bytes.ascii("hello")));
        wire.expectNothing();
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.deliver")
    void a_direct_buffer_is_delivered_alike_and_keeps_its_position() {
        ByteBuffer heap = message("hello");
        ByteBuffer direct = ByteBuffer.allocateDirect(heap.capacity() + 3).order(heap.order());
        direct.put(3, heap, 0, heap.capacity());
        direct.position(1).limit(2);
        Wire wire = consuming(0);
        wire.outlet(1).deliver(1, 9, 100, true, 0, direct.clear().position(1), 3);
        wire.outlet(1).flush();
        assertEquals(1, direct.position());
        assertEquals(direct.capacity(), direct.limit());
        wire.expect(Bytes.method(1, 60, 60).str("t").u64(1).u8(1).str("x").str("k"));
        wire.expect(Bytes.header(1, 5, PROPERTIES)).expect(Bytes.body(1, Bytes.ascii("hello")));
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "4.2.6")
    void an_empty_body_has_no_body_frame() {
        Wire wire = consuming(0).deliver(1, 9, 100, message(""));
        wire.expect(Bytes.method(1, 60, 60).str("t").u64(1).u8(0).str("x").str("k"));
        wire.expect(Bytes.header(1, 0, PROPERTIES)).expectNothing();
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "connection.tune-ok")
    void a_body_is_split_by_the_agreed_frame_size() {
        Wire wire = new Wire()
                .login()
                .send(Wire.tuneOk(0, 4_096, 0), Wire.open("/"))
                .forget();
        wire.openChannel(1).send(consume("q", "t", 0)).forget();
        byte[] body = new byte[4_088 * 2 + 1];
        Arrays.fill(body, (byte) 'b');
        wire.deliver(1, 9, 100, Records.of("x", "k", PROPERTIES, body));
        wire.expect(Bytes.method(1, 60, 60).str("t").u64(1).u8(0).str("x").str("k"));
        wire.expect(Bytes.header(1, body.length, PROPERTIES));
        byte[] part = Arrays.copyOf(body, 4_088);
        wire.expect(Bytes.body(1, part)).expect(Bytes.body(1, part)).expect(Bytes.body(1, Bytes.ascii("b")));
        wire.expectNothing();
    }

    @Test
    @Spec(value = "rabbitmq", section = "x-delivery-count")
    void a_message_that_comes_again_says_how_often() {
        Wire wire = consuming(0);
        wire.outlet(1).deliver(1, 9, 100, true, 3, message("m"), 0);
        wire.outlet(1).flush();
        wire.expect(Bytes.method(1, 60, 60).str("t").u64(1).u8(1).str("x").str("k"));
        byte[] headers = Bytes.payload().str("x-delivery-count").u8('l').u64(3).bytes();
        wire.expect(Bytes.header(
                1,
                1,
                Bytes.payload()
                        .u16(0xB000)
                        .str("text/plain")
                        .longBytes(headers)
                        .u8(2)
                        .bytes()));
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.consume")
    void a_consumer_without_a_tag_gets_one_that_cannot_be_guessed() {
        Wire wire = Wire.channel().send(consume("q", "", 0), consume("q", "", 0));
        wire.transport.sent.skipBytes(11);
        int length = wire.transport.sent.readByte();
        byte[] tag = new byte[length];
        wire.transport.sent.readBytes(tag);
        assertEquals(31, length);
        assertTrue(new String(tag, StandardCharsets.US_ASCII).matches("amq\\.ctag-[A-Za-z0-9_-]{22}"));
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.consume")
    void flags_prefetch_and_arguments_reach_the_subscription() {
        Wire wire =
                Wire.channel().send(Bytes.method(1, 60, 10).u32(0).u16(20).u8(0).frame());
        wire.expect(Bytes.method(1, 60, 11));
        wire.send(Bytes.method(1, 60, 20)
                .u16(0)
                .str("q")
                .str("t")
                .u8(0b1111)
                .table(Map.of("x-priority", 5))
                .frame());
        wire.expectNothing();
        wire.calls("consume Subscription[consumer=1, tag=t, queue=q, settled=true, exclusive=true, window=20,"
                + " arguments=Arguments[values={x-priority=5}]]");
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.consume")
    void a_tag_that_is_in_use_is_not_allowed() {
        Wire wire = consuming(0).send(consume("q", "t", 0));
        wire.expectClose(0, 530, "NOT_ALLOWED - attempt to reuse consumer tag 't'", 60, 20);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.consume")
    void a_refused_consumer_ends_the_channel() {
        Wire wire = Wire.channel().send(consume("nope", "t", 0));
        wire.expectClose(1, 404, "NOT_FOUND - no queue 'nope' in vhost '/'", 60, 20);
    }

    @Test
    void the_consumers_of_a_channel_are_bounded() {
        Wire wire = Wire.channel(Wire.settings(10, 8_192, 1_000, 1 << 20, 100));
        wire.send(consume("q", "a", 8), consume("q", "b", 8)).expectNothing();
        wire.send(consume("q", "c", 8)).expectChannelClose(1, 506);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.cancel")
    void a_cancelled_consumer_ends_and_its_deliveries_stay() {
        Wire wire = consuming(1).send(Bytes.method(1, 60, 30).str("t").u8(0).frame());
        wire.expect(Bytes.method(1, 60, 31).str("t")).calls("cancel 1");
        wire.send(ack(1, false)).expectNothing().calls("settle 1 9 100..100 ACCEPTED");
        wire.deliver(1, 9, 101, message("late")).expectNothing();
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.cancel")
    void cancelling_an_unknown_consumer_is_answered_and_no_wait_is_not() {
        Wire wire = Wire.channel().send(Bytes.method(1, 60, 30).str("zz").u8(0).frame());
        wire.expect(Bytes.method(1, 60, 31).str("zz")).calls("");
        wire.send(Bytes.method(1, 60, 30).str("zz").u8(1).frame()).expectNothing();
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.cancel")
    void a_tag_is_free_as_soon_as_its_consumer_is_cancelled() {
        Wire wire = consuming(0);
        wire.commands.hold = true;
        wire.send(Bytes.method(1, 60, 30).str("t").u8(1).frame(), consume("q", "t", 0));
        wire.deliver(1, 9, 100, message("on its way"));
        wire.expect(Bytes.method(1, 60, 60).str("t").u64(1).u8(0).str("x").str("k"))
                .forget();
        wire.commands.answer();
        wire.run().expect(Bytes.method(1, 60, 21).str("t"));
        wire.deliver(2, 9, 101, message("m"));
        wire.expect(Bytes.method(1, 60, 60).str("t").u64(2).u8(0).str("x").str("k"));
    }

    @Test
    @Spec(value = "rabbitmq", section = "consumer_cancel_notify")
    void a_client_is_told_that_its_consumer_is_gone_with_its_queue() {
        Wire wire = consuming(0);
        wire.outlet(1).consumerCancelled(1);
        wire.outlet(1).consumerCancelled(1);
        wire.outlet(1).flush();
        wire.expect(Bytes.method(1, 60, 30).str("t").u8(1)).expectNothing();
        wire.send(Bytes.method(1, 60, 31).str("t").frame()).expectNothing();
        wire.send(consume("q", "t", 0)).expect(Bytes.method(1, 60, 21).str("t"));
    }

    @Test
    @Spec(value = "rabbitmq", section = "consumer_cancel_notify")
    void who_deletes_the_queue_of_its_consumer_is_answered_before_it_is_told_of_the_consumer() {
        Wire wire = consuming(0);
        wire.commands.hold = true;
        wire.send(Bytes.method(1, 50, 40).u16(0).str("q").u8(0).frame());
        wire.outlet(1).consumerCancelled(1);
        wire.outlet(1).flush();
        wire.expectNothing();
        wire.commands.answer();
        wire.run().expect(Bytes.method(1, 50, 41).u32(3));
        wire.expect(Bytes.method(1, 60, 30).str("t").u8(1)).expectNothing();
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.ack")
    void acks_of_consecutive_messages_become_one_settlement() {
        Wire wire = consuming(5);
        wire.send(ack(1, false), ack(2, false), ack(3, false), nack(4, 0), ack(5, false))
                .expectNothing();
        wire.calls("settle 1 9 100..102 ACCEPTED", "settle 1 9 103..103 REJECTED", "settle 1 9 104..104 ACCEPTED");
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.ack")
    void a_multiple_ack_settles_what_came_before_and_is_still_open() {
        Wire wire = consuming(5).send(ack(2, false)).send(ack(4, true));
        wire.calls("settle 1 9 101..101 ACCEPTED", "settle 1 9 100..100 ACCEPTED", "settle 1 9 102..103 ACCEPTED");
        wire.send(ack(5, true)).expectNothing().calls("settle 1 9 104..104 ACCEPTED");
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.ack")
    void tag_zero_with_multiple_settles_all() {
        Wire wire = consuming(3).send(ack(0, true)).expectNothing();
        wire.calls("settle 1 9 100..102 ACCEPTED");
        wire.send(ack(0, true)).expectNothing().calls("");
        wire.send(ack(0, false));
        wire.expectClose(1, 406, "PRECONDITION_FAILED - unknown delivery tag 0", 60, 80);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.ack")
    void settling_twice_or_in_advance_ends_the_channel() {
        Wire wire = consuming(2).send(ack(1, false), ack(1, false));
        wire.expectClose(1, 406, "PRECONDITION_FAILED - unknown delivery tag 1", 60, 80);
        wire.calls("settle 1 9 100..100 ACCEPTED", "closeLane 1");
        consuming(2).send(ack(3, true)).expectClose(1, 406, "PRECONDITION_FAILED - unknown delivery tag 3", 60, 80);
        consuming(2).send(nack(3, 3)).expectClose(1, 406, "PRECONDITION_FAILED - unknown delivery tag 3", 60, 120);
        consuming(2)
                .send(Bytes.method(1, 60, 90).u64(-1).u8(1).frame())
                .expectClose(1, 406, "PRECONDITION_FAILED - unknown delivery tag 18446744073709551615", 60, 90);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.reject")
    void reject_and_nack_release_or_reject() {
        Wire wire = consuming(6);
        wire.send(Bytes.method(1, 60, 90).u64(1).u8(1).frame());
        wire.send(Bytes.method(1, 60, 90).u64(2).u8(0).frame());
        wire.send(nack(4, 3)).send(nack(6, 1)).expectNothing();
        wire.calls(
                "settle 1 9 100..100 RELEASED",
                "settle 1 9 101..101 REJECTED",
                "settle 1 9 102..103 RELEASED",
                "settle 1 9 104..105 REJECTED");
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.recover")
    void recover_releases_all() {
        Wire wire = consuming(2).send(Bytes.method(1, 60, 110).u8(1).frame());
        wire.expect(Bytes.method(1, 60, 111)).calls("settle 1 9 100..101 RELEASED");
        wire.deliver(1, 9, 100, message("m")).forget();
        wire.send(Bytes.method(1, 60, 100).u8(1).frame()).expectNothing().calls("settle 1 9 100..100 RELEASED");
        wire.send(Bytes.method(1, 60, 110).u8(0).frame());
        wire.expectClose(0, 540, "NOT_IMPLEMENTED - requeue=false", 60, 110);
        consuming(0).send(Bytes.method(1, 60, 100).u8(0).frame()).expectConnectionClose(540);
    }

    @Test
    void deliveries_that_need_no_ack_cannot_be_acked() {
        Wire wire = Wire.channel().send(consume("q", "t", 2)).forget();
        wire.deliver(1, 9, 100, message("m")).forget();
        wire.send(ack(1, false)).expectChannelClose(1, 406);
    }

    @Test
    void settlements_of_two_consumers_are_not_joined() {
        Wire wire = consuming(0).send(consume("q2", "u", 0)).forget();
        wire.deliver(1, 9, 100, message("a")).deliver(2, 9, 101, message("b")).deliver(2, 8, 102, message("c"));
        wire.send(ack(3, true));
        wire.calls("settle 1 9 100..100 ACCEPTED", "settle 2 9 101..101 ACCEPTED", "settle 2 8 102..102 ACCEPTED");
    }

    @Test
    void settlements_come_before_the_next_command_and_before_the_close() {
        Wire wire = consuming(3);
        wire.send(
                ack(1, false),
                Bytes.method(1, 50, 30).u16(0).str("q").u8(1).frame(),
                ack(2, false),
                Bytes.method(1, 20, 40).u16(200).str("").u16(0).u16(0).frame());
        wire.calls("settle 1 9 100..100 ACCEPTED", "purge q", "settle 1 9 101..101 ACCEPTED", "closeLane 1");
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.qos")
    void a_global_prefetch_limits_the_channel() {
        Wire wire =
                Wire.channel().send(Bytes.method(1, 60, 10).u32(0).u16(50).u8(1).frame());
        wire.expect(Bytes.method(1, 60, 11)).calls("window 1 50");
        wire.send(Bytes.method(1, 60, 10).u32(10).u16(50).u8(1).frame());
        wire.expectClose(0, 540, "NOT_IMPLEMENTED - prefetch_size!=0 (10)", 60, 10);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.get")
    void a_get_is_answered_by_a_message_or_by_nothing() {
        Wire wire = Wire.channel();
        wire.commands.lastRecord = bytes(message("hello"));
        wire.send(Bytes.method(1, 60, 70).u16(0).str("q").u8(0).frame());
        wire.expect(Bytes.method(1, 60, 71).u64(1).u8(0).str("x").str("k").u32(41));
        wire.expect(Bytes.header(1, 5, PROPERTIES)).expect(Bytes.body(1, Bytes.ascii("hello")));
        wire.send(Bytes.method(1, 60, 70).u16(0).str("empty").u8(0).frame());
        wire.expect(Bytes.method(1, 60, 72).str("")).expectNothing();
        wire.send(ack(1, false));
        wire.calls("get q settled=false", "get empty settled=false", "settle 0 9 100..100 ACCEPTED");
        wire.send(Bytes.method(1, 60, 70).u16(0).str("nope").u8(0).frame());
        wire.expectClose(1, 404, "NOT_FOUND - no queue 'nope' in vhost '/'", 60, 70);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.get")
    void gets_in_a_row_keep_apart_what_needs_an_ack() {
        Wire wire = Wire.channel();
        wire.commands.hold = true;
        wire.commands.lastRecord = bytes(message("m"));
        for (int noAck : new int[] {1, 0, 1}) {
            wire.send(Bytes.method(1, 60, 70).u16(0).str("q").u8(noAck).frame());
        }
        wire.calls("get q settled=true");
        wire.commands.answer();
        wire.run().calls("get q settled=false");
        wire.commands.answer();
        wire.run().calls("get q settled=true");
        wire.commands.answer();
        wire.run().forget();
        wire.send(ack(2, false)).expectNothing().calls("settle 0 9 100..100 ACCEPTED");
        wire.send(ack(3, false)).expectChannelClose(1, 406);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "4.7")
    void methods_after_a_get_are_carried_out_and_answered_after_it() {
        Wire wire = consuming(1);
        wire.commands.hold = true;
        wire.send(
                Bytes.method(1, 60, 70).u16(0).str("empty").u8(0).frame(),
                Bytes.publish(1, "x", "k", Bytes.noProperties(), ""),
                ack(1, false),
                Bytes.method(1, 50, 30).u16(0).str("q").u8(0).frame(),
                Bytes.method(1, 20, 40).u16(200).str("").u16(0).u16(0).frame());
        wire.calls(
                "get empty settled=false",
                "publish 0 flags=0 x/k durable=false priority=0 ",
                "settle 1 9 100..100 ACCEPTED");
        assertFalse(wire.transport.reading);
        wire.commands.answer();
        wire.run().expect(Bytes.method(1, 60, 72).str("")).expectNothing().calls("purge q");
        assertTrue(wire.transport.reading);
        wire.commands.answer();
        wire.run()
                .expect(Bytes.method(1, 50, 31).u32(5))
                .expect(Bytes.method(1, 20, 41))
                .expectNothing();
    }

    @Test
    void a_method_that_waits_for_a_get_is_forgotten_with_its_connection() {
        Wire wire = Wire.channel();
        wire.commands.hold = true;
        wire.send(
                Bytes.method(1, 60, 70).u16(0).str("empty").u8(0).frame(),
                Bytes.method(1, 50, 30).u16(0).str("q").u8(0).frame());
        wire.engine.transportClosed();
        wire.run().expectEnded().calls("get empty settled=false", "disconnect");
    }

    @Test
    void a_close_that_waits_for_a_refused_get_crosses_with_ours() {
        Wire wire = Wire.channel();
        wire.commands.hold = true;
        wire.send(
                Bytes.method(1, 60, 70).u16(0).str("nope").u8(0).frame(),
                Bytes.method(1, 20, 40).u16(200).str("").u16(0).u16(0).frame());
        wire.commands.answer();
        wire.run().expectChannelClose(1, 404).expect(Bytes.method(1, 20, 41)).expectNothing();
        wire.calls("get nope settled=false", "closeLane 1");
    }

    @Test
    void gets_that_wait_for_their_answer_are_bounded() {
        Wire wire = new Wire().connect();
        for (int i = 1; i <= 20; i++) {
            wire.openChannel(i);
        }
        wire.commands.hold = true;
        for (int i = 1; i <= 20; i++) {
            wire.send(Bytes.method(i, 60, 70).u16(0).str("empty").u8(0).frame());
        }
        assertEquals(16, wire.commands.taken().size());
        assertFalse(wire.transport.reading);
        wire.commands.answer();
        wire.run();
        assertEquals(4, wire.commands.taken().size());
        assertTrue(wire.transport.reading);
        wire.commands.answer();
        wire.run();
        for (int i = 1; i <= 20; i++) {
            wire.expect(Bytes.method(i, 60, 72).str(""));
        }
    }

    @Test
    void a_turn_is_flushed_once() {
        Wire wire = consuming(0);
        int flushes = wire.transport.flushes;
        for (int i = 0; i < 50; i++) {
            wire.outlet(1).deliver(1, 9, 100 + i, false, 0, message("m"), 0);
        }
        wire.expectNothing();
        wire.outlet(1).flush();
        assertEquals(flushes + 1, wire.transport.flushes);
    }
}
