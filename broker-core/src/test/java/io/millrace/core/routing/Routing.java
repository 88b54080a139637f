package io.millrace.core.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.MessageRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;

/** Words for the tests of this package. */
final class Routing {
    private Routing() {}

    static Arguments arguments(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return new Arguments(values);
    }

    static ExchangeSpec exchange(String name, String type) {
        return new ExchangeSpec(name, type, true, false, false, Arguments.NONE);
    }

    static ExchangeSpec exchange(String name, String type, Arguments arguments) {
        return new ExchangeSpec(name, type, true, false, false, arguments);
    }

    static BindingSpec binding(String exchange, String queue, String key) {
        return new BindingSpec(exchange, queue, key, Arguments.NONE);
    }

    /** A binding for a router, which does not look at the names in it. */
    static BindingSpec bound(String key, Arguments arguments) {
        return new BindingSpec("x", "q", key, arguments);
    }

    static BindingSpec between(String source, String destination, String key) {
        return BindingSpec.between(source, destination, key, Arguments.NONE);
    }

    static RoutedMessage message(String key, @Nullable Object... headers) {
        Map<String, @Nullable Object> values = arguments(headers).values();
        return new RoutedMessage() {
            @Override
            public String routingKey() {
                return key;
            }

            @Override
            public Map<String, @Nullable Object> headers() {
                return values;
            }
        };
    }

    static SortedSet<Integer> routed(Router router, RoutedMessage message) {
        Targets targets = new Targets();
        router.route(message, targets);
        return queues(targets.toArray());
    }

    static SortedSet<Integer> routed(Topology topology, String exchange, RoutedMessage message) {
        Targets targets = new Targets();
        assertEquals(true, topology.route(exchange, message, targets));
        return queues(targets.toArray());
    }

    /** The queues as a set; fails if one is there twice. */
    static SortedSet<Integer> queues(int... queues) {
        SortedSet<Integer> set = new TreeSet<>();
        for (int queue : queues) {
            set.add(queue);
        }
        assertEquals(queues.length, set.size(), () -> "a queue is there twice: " + Arrays.toString(queues));
        return set;
    }

    /** A message record with that exchange and key and no more, at offset {@code at} of a larger buffer. */
    static ByteBuffer record(int at, String exchange, String key) {
        byte[] exchangeBytes = exchange.getBytes(StandardCharsets.UTF_8);
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        int length = MessageRecord.FIXED_BYTES + exchangeBytes.length + keyBytes.length;
        ByteBuffer buffer = ByteBuffer.allocateDirect(at + length).order(ByteOrder.LITTLE_ENDIAN);
        MessageRecord.writeFixed(
                buffer, at, length, MessageRecord.AMQP_0_9_1, 0, 0, exchangeBytes.length, keyBytes.length, 0, 0, 0);
        buffer.put(MessageRecord.exchangeAt(at), exchangeBytes);
        buffer.put(MessageRecord.routingKeyAt(buffer, at), keyBytes);
        return buffer;
    }

    static void assertRefused(ErrorCode code, String text, Executable call) {
        BrokerException refusal = assertThrows(BrokerException.class, call);
        assertEquals(text, refusal.text());
        assertEquals(code, refusal.code());
    }
}
