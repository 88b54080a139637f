package io.millrace.core.simulation;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.vhost.Outlet;
import java.nio.ByteBuffer;

/** An outlet that tells all, until a negative control changes something. */
class TamperedOutlet implements Outlet {
    final Outlet outlet;

    TamperedOutlet(Outlet outlet) {
        this.outlet = outlet;
    }

    @Override
    public void deliver(
            int consumer, int queue, long sequence, boolean redelivered, int attempts, ByteBuffer record, int at) {
        outlet.deliver(consumer, queue, sequence, redelivered, attempts, record, at);
    }

    @Override
    public void got(int queue, long sequence, boolean redelivered, int attempts, long left, ByteBuffer record, int at) {
        outlet.got(queue, sequence, redelivered, attempts, left, record, at);
    }

    @Override
    public void gotNothing() {
        outlet.gotNothing();
    }

    @Override
    public void confirmed(long upTo) {
        outlet.confirmed(upTo);
    }

    @Override
    public void refused(long number, ErrorCode why) {
        outlet.refused(number, why);
    }

    @Override
    public void returned(long number, ByteBuffer record, int at) {
        outlet.returned(number, record, at);
    }

    @Override
    public void failed(BrokerException why) {
        outlet.failed(why);
    }

    @Override
    public void consumerCancelled(int consumer) {
        outlet.consumerCancelled(consumer);
    }

    @Override
    public boolean hasRoom() {
        return outlet.hasRoom();
    }

    @Override
    public void flush() {
        outlet.flush();
    }
}
