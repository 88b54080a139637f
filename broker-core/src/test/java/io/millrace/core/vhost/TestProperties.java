package io.millrace.core.vhost;

import io.millrace.core.model.MessageRecord;
import io.millrace.core.routing.HeaderReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Properties as tests write them: {@code name=value} joined by {@code ;}. A value of digits is a number, one with commas a
 * list.
 */
final class TestProperties implements HeaderReader {
    @Override
    public Map<String, @Nullable Object> headers(ByteBuffer record, int at) {
        return all(record, at);
    }

    private static Map<String, @Nullable Object> all(ByteBuffer record, int at) {
        byte[] bytes = new byte[MessageRecord.propertiesLength(record, at)];
        record.get(MessageRecord.propertiesAt(record, at), bytes);
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        for (String pair : new String(bytes, StandardCharsets.UTF_8).split(";", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                all.put(pair.substring(0, equals), value(pair.substring(equals + 1)));
            }
        }
        return all;
    }

    private static Object value(String text) {
        if (text.matches("-?[0-9]{1,18}")) {
            return Long.valueOf(text);
        }
        return text.contains(",") ? List.of(text.split(",", -1)) : text;
    }

    /** A record with such properties. */
    static ByteBuffer record(String exchange, String key, String properties, String body, boolean durable) {
        ByteBuffer plain = HostKit.record(exchange, key, body, durable);
        byte[] p = properties.getBytes(StandardCharsets.UTF_8);
        int at = MessageRecord.propertiesAt(plain, 0);
        ByteBuffer record = ByteBuffer.allocate(plain.capacity() + p.length).order(ByteOrder.LITTLE_ENDIAN);
        record.put(0, plain, 0, at).put(at, p).put(at + p.length, plain, at, plain.capacity() - at);
        MessageRecord.writeFixed(
                record,
                0,
                record.capacity(),
                0,
                durable ? MessageRecord.DURABLE : 0,
                0,
                MessageRecord.exchangeLength(plain, 0),
                MessageRecord.routingKeyLength(plain, 0),
                0,
                p.length,
                0);
        return record;
    }
}
