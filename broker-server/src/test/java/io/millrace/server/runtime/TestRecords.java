package io.millrace.server.runtime;

import io.millrace.core.model.MessageRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Message records for tests. */
final class TestRecords {
    private TestRecords() {}

    /** A record with a body of so many bytes, the first eight of which are a number. */
    static ByteBuffer record(int bodyBytes) {
        int length = MessageRecord.FIXED_BYTES + bodyBytes;
        ByteBuffer record = ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
        MessageRecord.writeFixed(record, 0, length, MessageRecord.AMQP_0_9_1, 0, 0, 0, 0, 0, 0, 0);
        return record;
    }

    static ByteBuffer number(ByteBuffer record, long number) {
        record.putLong(MessageRecord.FIXED_BYTES, number);
        return record;
    }

    static long number(ByteBuffer record, int at) {
        return record.getLong(at + MessageRecord.FIXED_BYTES);
    }
}
