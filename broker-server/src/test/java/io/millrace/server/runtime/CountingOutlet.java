package io.millrace.server.runtime;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.vhost.Outlet;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** An outlet that counts. */
final class CountingOutlet implements Outlet {
    long deliveries;
    long bytes;
    long confirmedUpTo;
    int flushes;
    boolean room = true;

    @Nullable
    RuntimeException defect;

    @Override
    public void deliver(
            int consumer,
            int queue,
            long sequence,
            boolean redelivered,
            int deliveryCount,
            ByteBuffer record,
            int recordAt) {
        if (defect != null) {
            throw defect;
        }
        deliveries++;
        bytes += MessageRecord.length(record, recordAt);
    }

    @Override
    public void confirmed(long upTo) {
        confirmedUpTo = upTo;
    }

    @Override
    public boolean hasRoom() {
        return room;
    }

    @Override
    public void flush() {
        flushes++;
    }

    @Override
    public void got(int q, long s, boolean r, int d, long left, ByteBuffer record, int at) {}

    @Override
    public void gotNothing() {}

    @Override
    public void refused(long number, ErrorCode why) {}

    @Override
    public void returned(long number, ByteBuffer record, int recordAt) {}

    @Override
    public void failed(BrokerException why) {}

    @Override
    public void consumerCancelled(int consumer) {}
}
