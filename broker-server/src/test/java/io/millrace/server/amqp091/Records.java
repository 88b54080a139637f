package io.millrace.server.amqp091;

import io.millrace.core.model.MessageRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Messages as the virtual host hands them out. */
final class Records {
    private Records() {}

    static ByteBuffer of(String exchange, String key, byte[] properties, byte[] body) {
        return of(exchange, key, new byte[0], properties, body);
    }

    static ByteBuffer of(String exchange, String key, byte[] overlay, byte[] properties, byte[] body) {
        byte[] tail = Bytes.concat(Bytes.ascii(exchange), Bytes.ascii(key), overlay, properties, body);
        int length = MessageRecord.FIXED_BYTES + tail.length;
        ByteBuffer record = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        MessageRecord.writeFixed(
                record,
                0,
                length,
                MessageRecord.AMQP_0_9_1,
                0,
                0,
                exchange.length(),
                key.length(),
                overlay.length,
                properties.length,
                0);
        record.put(MessageRecord.FIXED_BYTES, tail);
        return record;
    }
}
