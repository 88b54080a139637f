package io.millrace.server.amqp091;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.model.MessageRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplyToWireTest {
    private static final String NAME = "amq.rabbitmq.reply-to";
    private static final int NO_ACK = 2;

    private static byte[] consume(String queue, String tag) {
        return Bytes.method(1, 60, 20)
                .u16(0)
                .str(queue)
                .str(tag)
                .u8(NO_ACK)
                .table(Map.of())
                .frame();
    }

    /** A request with correlation-id, reply-to and message-id. */
    private static byte[] request(String replyTo) {
        byte[] properties =
                Bytes.payload().u16(0x0680).str("c-1").str(replyTo).str("id").bytes();
        return Bytes.publish(1, "", "server", properties, "question");
    }

    /** A channel that waits for replies with tag {@code t}; the queue's name that the virtual host saw. */
    private static String waiting(Wire wire) {
        wire.send(consume(NAME, "t")).expect(Bytes.method(1, 60, 21).str("t"));
        List<String> calls = wire.commands.taken();
        String call = calls.get(calls.size() - 1);
        int at = call.indexOf(NAME);
        return call.substring(at, call.indexOf(',', at));
    }

    private static byte[] properties(Wire wire) {
        ByteBuffer record = wire.commands.record();
        byte[] bytes = new byte[MessageRecord.propertiesLength(record, 0)];
        record.get(MessageRecord.propertiesAt(record, 0), bytes);
        return bytes;
    }

    @Test
    @Spec(value = "rabbitmq", section = "direct-reply-to")
    void the_name_becomes_an_address_that_nobody_can_guess() {
        Wire wire = Wire.channel();
        String address = waiting(wire);
        assertTrue(address.startsWith(NAME + "."), address);
        assertEquals(NAME.length() + 1 + 22, address.length(), "128 bits");
        wire.send(request(NAME)).expectNothing();
        wire.calls("publish 0 flags=0 /server durable=false priority=0 question");
        byte[] expected =
                Bytes.payload().u16(0x0680).str("c-1").str(address).str("id").bytes();
        assertEquals(
                new String(expected, StandardCharsets.US_ASCII),
                new String(properties(wire), StandardCharsets.US_ASCII));
        assertEquals(expected.length, properties(wire).length);
    }

    @Test
    @Spec(value = "rabbitmq", section = "direct-reply-to")
    void another_reply_to_stays_as_it_is() {
        Wire wire = Wire.channel();
        waiting(wire);
        for (String other : new String[] {NAME + ".x", "amq.rabbitmq.reply-tO", "mine", ""}) {
            wire.send(request(other)).expectNothing();
            byte[] expected =
                    Bytes.payload().u16(0x0680).str("c-1").str(other).str("id").bytes();
            assertEquals(
                    new String(expected, StandardCharsets.US_ASCII),
                    new String(properties(wire), StandardCharsets.US_ASCII));
        }
    }

    @Test
    @Spec(value = "rabbitmq", section = "direct-reply-to")
    void a_request_needs_a_consumer_for_its_replies() {
        Wire.channel()
                .send(request(NAME))
                .expectClose(1, 406, "PRECONDITION_FAILED - fast reply consumer does not exist", 60, 40);
        Wire wire = Wire.channel();
        waiting(wire);
        wire.send(Bytes.method(1, 60, 30).str("t").u8(0).frame())
                .expect(Bytes.method(1, 60, 31).str("t"));
        wire.send(request(NAME))
                .expectClose(1, 406, "PRECONDITION_FAILED - fast reply consumer does not exist", 60, 40);
    }

    @Test
    @Spec(value = "rabbitmq", section = "direct-reply-to")
    void every_consumer_has_an_address_of_its_own() {
        Wire wire = Wire.channel();
        String first = waiting(wire);
        wire.send(Bytes.method(1, 60, 30).str("t").u8(1).frame());
        assertNotEquals(first, waiting(wire));
    }

    @Test
    @Spec(value = "rabbitmq", section = "direct-reply-to")
    void nobody_can_consume_from_an_address() {
        Wire.channel()
                .send(consume(NAME + ".guess", "t"))
                .expectClose(1, 404, "NOT_FOUND - no queue '" + NAME + ".guess' in vhost '/'", 60, 20);
    }

    @Test
    @Spec(value = "rabbitmq", section = "direct-reply-to")
    void a_reply_is_delivered_and_needs_no_ack() {
        Wire wire = Wire.channel();
        String address = waiting(wire);
        wire.deliver(1, 0, 0, Records.of("", address, Bytes.noProperties(), Bytes.ascii("answer")));
        wire.expect(Bytes.method(1, 60, 60).str("t").u64(1).u8(0).str("").str(address));
        wire.expect(Bytes.header(1, 6, Bytes.noProperties())).expect(Bytes.body(1, Bytes.ascii("answer")));
        wire.send(Bytes.method(1, 60, 80).u64(1).u8(0).frame())
                .expectClose(1, 406, "PRECONDITION_FAILED - unknown delivery tag 1", 60, 80);
    }
}
