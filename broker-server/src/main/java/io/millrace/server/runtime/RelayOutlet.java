package io.millrace.server.runtime;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.vhost.Outlet;
import java.nio.ByteBuffer;

/** A lane's outlet on the virtual host's loop: writes everything into the connection's stream of answers. */
final class RelayOutlet implements Outlet {
    private final HostHalf half;
    private final int number;
    private final int generation;

    RelayOutlet(HostHalf half, int number, int generation) {
        this.half = half;
        this.number = number;
        this.generation = generation;
    }

    @Override
    public void deliver(
            int consumer,
            int queue,
            long sequence,
            boolean redelivered,
            int deliveryCount,
            ByteBuffer record,
            int recordAt) {
        AnswerStream.deliver(
                half.answers(),
                number,
                generation,
                consumer,
                queue,
                sequence,
                redelivered,
                deliveryCount,
                record,
                recordAt);
    }

    @Override
    public void got(
            int queue,
            long sequence,
            boolean redelivered,
            int deliveryCount,
            long remaining,
            ByteBuffer record,
            int recordAt) {
        AnswerStream.got(
                half.answers(),
                number,
                generation,
                queue,
                sequence,
                redelivered,
                deliveryCount,
                remaining,
                record,
                recordAt);
    }

    @Override
    public void gotNothing() {
        AnswerStream.gotNothing(half.answers(), number, generation);
    }

    @Override
    public void confirmed(long upTo) {
        AnswerStream.confirmed(half.answers(), number, generation, upTo);
    }

    @Override
    public void refused(long publish, ErrorCode why) {
        AnswerStream.publishRefused(half.answers(), number, generation, publish, why);
    }

    @Override
    public void returned(long publish, ByteBuffer record, int recordAt) {
        AnswerStream.returned(half.answers(), number, generation, publish, record, recordAt);
    }

    @Override
    public void failed(BrokerException why) {
        AnswerStream.failed(half.answers(), number, generation, why);
    }

    @Override
    public void consumerCancelled(int consumer) {
        AnswerStream.consumerCancelled(half.answers(), number, generation, consumer);
    }

    @Override
    public boolean hasRoom() {
        return half.hasRoom(number);
    }

    @Override
    public void flush() {
        // All that was collected for the connection leaves in one piece when the turn ends.
    }
}
