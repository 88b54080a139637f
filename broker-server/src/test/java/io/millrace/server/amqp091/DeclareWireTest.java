package io.millrace.server.amqp091;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DeclareWireTest {
    private static Bytes declare(String queue, int bits) {
        return Bytes.method(1, 50, 10).u16(0).str(queue).u8(bits).table(Map.of());
    }

    private static byte[] bind(String queue, String key, int bits) {
        return Bytes.method(1, 50, 20)
                .u16(0)
                .str(queue)
                .str("amq.topic")
                .str(key)
                .u8(bits)
                .table(Map.of())
                .frame();
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "queue.declare")
    void a_queue_is_declared_with_its_flags_and_arguments() {
        Wire wire = Wire.channel();
        wire.send(Bytes.method(1, 50, 10)
                .u16(0)
                .str("q")
                .u8(0b0_1110)
                .table(Map.of("x-max-length", 5))
                .frame());
        wire.expect(Bytes.method(1, 50, 11).str("q").u32(7).u32(2)).expectNothing();
        wire.calls("declareQueue QueueSpec[name=q, durable=true, exclusive=true, autoDelete=true,"
                + " arguments=Arguments[values={x-max-length=5}]]");
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "queue.declare")
    void a_passive_declaration_only_asks() {
        Wire wire = Wire.channel().send(declare("q", 1).frame());
        wire.expect(Bytes.method(1, 50, 11).str("q").u32(7).u32(2)).calls("checkQueue q");
        wire.send(declare("nope", 1).frame());
        wire.expectClose(1, 404, "NOT_FOUND - no queue 'nope' in vhost '/'", 50, 10);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "queue.declare")
    void no_wait_declarations_are_not_answered_but_their_refusal_is() {
        Wire wire = Wire.channel();
        wire.send(
                declare("q", 16).frame(),
                Bytes.method(1, 40, 10)
                        .u16(0)
                        .str("x")
                        .str("topic")
                        .u8(16)
                        .table(Map.of())
                        .frame());
        wire.send(
                bind("q", "k", 1), Bytes.method(1, 50, 30).u16(0).str("q").u8(1).frame());
        wire.send(Bytes.method(1, 50, 40).u16(0).str("q").u8(4).frame());
        wire.send(Bytes.method(1, 40, 20).u16(0).str("x").u8(2).frame());
        wire.expectNothing();
        wire.send(declare("nope", 16).frame()).expectChannelClose(1, 404);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "queue.declare")
    void an_empty_name_later_means_the_queue_that_was_declared_last() {
        Wire wire = Wire.channel();
        wire.send(declare("", 0).frame())
                .expect(Bytes.method(1, 50, 11).str("amq.gen-1").u32(7).u32(2));
        wire.forget();
        wire.send(bind("", "k", 0)).expect(Bytes.method(1, 50, 21));
        wire.send(bind("", "", 0)).expect(Bytes.method(1, 50, 21));
        wire.send(Bytes.method(1, 50, 50)
                .u16(0)
                .str("")
                .str("amq.topic")
                .str("k")
                .table(Map.of())
                .frame());
        wire.expect(Bytes.method(1, 50, 51));
        wire.send(Bytes.method(1, 50, 30).u16(0).str("").u8(0).frame())
                .expect(Bytes.method(1, 50, 31).u32(5));
        wire.send(Bytes.method(1, 60, 20)
                .u16(0)
                .str("")
                .str("t")
                .u8(0)
                .table(Map.of())
                .frame());
        wire.expect(Bytes.method(1, 60, 21).str("t"));
        wire.send(Bytes.method(1, 50, 40).u16(0).str("").u8(3).frame())
                .expect(Bytes.method(1, 50, 41).u32(3));
        String binding = "BindingSpec[exchange=amq.topic, kind=QUEUE, destination=amq.gen-1, routingKey=";
        wire.calls(
                "bind " + binding + "k, arguments=Arguments[values={}]]",
                "bind " + binding + "amq.gen-1, arguments=Arguments[values={}]]",
                "unbind " + binding + "k, arguments=Arguments[values={}]]",
                "purge amq.gen-1",
                "consume Subscription[consumer=1, tag=t, queue=amq.gen-1, settled=false, exclusive=false, window=0,"
                        + " arguments=Arguments[values={}]]",
                "deleteQueue amq.gen-1 ifUnused=true ifEmpty=true");
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "queue.declare")
    void an_empty_name_waits_for_the_name_that_is_being_generated() {
        Wire wire = Wire.channel();
        wire.commands.hold = true;
        wire.send(declare("", 16).frame(), bind("", "k", 0)).expectNothing();
        wire.calls("declareQueue QueueSpec[name=, durable=false, exclusive=false, autoDelete=false,"
                + " arguments=Arguments[values={}]]");
        wire.commands.answer();
        wire.run();
        wire.calls("bind BindingSpec[exchange=amq.topic, kind=QUEUE, destination=amq.gen-1, routingKey=k,"
                + " arguments=Arguments[values={}]]");
        wire.commands.answer();
        wire.run().expect(Bytes.method(1, 50, 21));
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "queue.declare")
    void an_empty_name_without_a_declared_queue_is_not_found() {
        byte[][] methods = {
            bind("", "", 0),
            Bytes.method(1, 50, 30).u16(0).str("").u8(0).frame(),
            Bytes.method(1, 50, 40).u16(0).str("").u8(0).frame(),
            Bytes.method(1, 60, 20).u16(0).str("").str("").u8(0).table(Map.of()).frame(),
            Bytes.method(1, 60, 70).u16(0).str("").u8(0).frame(),
        };
        int[][] ids = {{50, 20}, {50, 30}, {50, 40}, {60, 20}, {60, 70}};
        for (int i = 0; i < methods.length; i++) {
            Wire wire = Wire.channel().send(methods[i]);
            wire.expectClose(1, 404, "NOT_FOUND - no previously declared queue", ids[i][0], ids[i][1]);
        }
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "exchange.declare")
    void an_exchange_is_declared_checked_and_deleted() {
        Wire wire = Wire.channel();
        wire.send(Bytes.method(1, 40, 10)
                .u16(0)
                .str("x")
                .str("topic")
                .u8(0b0_1110)
                .table(Map.of("a", true))
                .frame());
        wire.expect(Bytes.method(1, 40, 11));
        wire.send(Bytes.method(1, 40, 10)
                .u16(0)
                .str("x")
                .str("")
                .u8(1)
                .table(Map.of())
                .frame());
        wire.expect(Bytes.method(1, 40, 11));
        wire.send(Bytes.method(1, 40, 20).u16(0).str("x").u8(1).frame()).expect(Bytes.method(1, 40, 21));
        wire.calls(
                "declareExchange ExchangeSpec[name=x, type=topic, durable=true, autoDelete=true, internal=true,"
                        + " arguments=Arguments[values={a=true}]]",
                "checkExchange x",
                "deleteExchange x ifUnused=true");
    }

    @Test
    @Spec(value = "rabbitmq", section = "exchange.bind")
    void exchanges_are_bound_to_exchanges() {
        Wire wire = Wire.channel();
        wire.send(exchangeBinding(30, 0)).expect(Bytes.method(1, 40, 31));
        wire.send(exchangeBinding(40, 0)).expect(Bytes.method(1, 40, 51));
        wire.send(exchangeBinding(30, 1)).expectNothing();
        wire.calls(
                "bind BindingSpec[exchange=source, kind=EXCHANGE, destination=to, routingKey=k,"
                        + " arguments=Arguments[values={a=true}]]",
                "unbind BindingSpec[exchange=source, kind=EXCHANGE, destination=to, routingKey=k,"
                        + " arguments=Arguments[values={a=true}]]",
                "bind BindingSpec[exchange=source, kind=EXCHANGE, destination=to, routingKey=k,"
                        + " arguments=Arguments[values={a=true}]]");
    }

    private static byte[] exchangeBinding(int method, int noWait) {
        return Bytes.method(1, 40, method)
                .u16(0)
                .str("to")
                .str("source")
                .str("k")
                .u8(noWait)
                .table(Map.of("a", true))
                .frame();
    }

    @Test
    void a_name_with_control_characters_is_refused() {
        Wire wire = Wire.channel().send(declare("a\nb", 0).frame());
        wire.expectClose(
                1,
                406,
                "PRECONDITION_FAILED - a name holds the control character U+000A at index 1; names are printable UTF-8",
                50,
                10);
        Wire.channel()
                .send(Bytes.method(1, 40, 10)
                        .u16(0)
                        .str("a\u0000")
                        .str("topic")
                        .u8(0)
                        .table(Map.of())
                        .frame())
                .expectChannelClose(1, 406);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "4.2.5.5")
    void malformed_argument_tables_are_a_syntax_error() {
        byte[][] tables = {{1, 'a', 'Z'}, {1, 'a'}, {9, 'a'}, {1, 'a', 'S', 0, 0, 0, 9, 'x'}, {1, 'a', 'I', 0, 0}};
        for (byte[] table : tables) {
            Wire wire = Wire.channel();
            wire.send(Bytes.method(1, 50, 10)
                    .u16(0)
                    .str("q")
                    .u8(0)
                    .longBytes(table)
                    .frame());
            wire.expectConnectionClose(502).calls("disconnect");
        }
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "4.2.5.5")
    void argument_tables_nest_32_levels_and_no_deeper() {
        Wire.channel()
                .send(Bytes.method(1, 50, 10)
                        .u16(0)
                        .str("q")
                        .u8(0)
                        .longBytes(nested(32))
                        .frame())
                .expect(Bytes.method(1, 50, 11).str("q").u32(7).u32(2));
        Wire.channel()
                .send(Bytes.method(1, 50, 10)
                        .u16(0)
                        .str("q")
                        .u8(0)
                        .longBytes(nested(33))
                        .frame())
                .expectClose(0, 502, "SYNTAX_ERROR - a field table nests deeper than 32 levels", 50, 10);
        Wire.channel()
                .send(Bytes.method(1, 50, 10)
                        .u16(0)
                        .str("q")
                        .u8(0)
                        .longBytes(nested(10_000))
                        .frame())
                .expectConnectionClose(502);
    }

    /** The content of a table with so many levels, the outermost included. */
    static byte[] nested(int levels) {
        byte[] content = new byte[0];
        for (int i = 1; i < levels; i++) {
            content = Bytes.payload().str("t").u8('F').longBytes(content).bytes();
        }
        return content;
    }
}
