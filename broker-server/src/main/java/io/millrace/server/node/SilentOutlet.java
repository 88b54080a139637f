package io.millrace.server.node;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.vhost.Outlet;
import java.nio.ByteBuffer;

/** For tasks that neither publish nor consume: what comes back is in the replies. Others override what they wait for. */
public class SilentOutlet implements Outlet {
    @Override
    public void deliver(
            int consumer,
            int queue,
            long sequence,
            boolean redelivered,
            int deliveryCount,
            ByteBuffer record,
            int recordAt) {}

    @Override
    public void got(
            int queue,
            long sequence,
            boolean redelivered,
            int deliveryCount,
            long remaining,
            ByteBuffer record,
            int recordAt) {}

    @Override
    public void gotNothing() {}

    @Override
    public void confirmed(long upTo) {}

    @Override
    public void refused(long number, ErrorCode why) {}

    @Override
    public void returned(long number, ByteBuffer record, int recordAt) {}

    @Override
    public void failed(BrokerException why) {}

    @Override
    public void consumerCancelled(int consumer) {}

    @Override
    public boolean hasRoom() {
        return true;
    }

    @Override
    public void flush() {}
}
