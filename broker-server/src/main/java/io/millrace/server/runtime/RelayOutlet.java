package io.millrace.server.runtime;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.vhost.Lane;
import io.millrace.core.vhost.Outlet;
import java.nio.ByteBuffer;

/**
 * A lane's outlet on the side of the virtual host: gives everything to the lane's own outlet while that is on the same loop,
 * and writes it into the connection's stream of answers otherwise. For the loop that runs the virtual host.
 */
final class RelayOutlet implements Outlet {
    private final HostHalf half;
    private final int number;
    private final int generation;
    private final Lane near;
    private final GuardedOutlet nearOutlet;
    private boolean spoke;

    RelayOutlet(HostHalf half, int number, int generation, Lane near, Edge edge) {
        this.half = half;
        this.number = number;
        this.generation = generation;
        this.near = near;
        this.nearOutlet = new GuardedOutlet(near.outlet(), edge);
    }

    /** Whether the next answer goes to the lane's own outlet; what comes for a lane that was closed is dropped there. */
    private boolean direct() {
        if (!half.isDirect()) {
            return false;
        }
        spoke = true;
        half.answersDirectly();
        return true;
    }

    private boolean open() {
        return half.isOpen(near);
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
        if (direct()) {
            if (open()) {
                nearOutlet.deliver(consumer, queue, sequence, redelivered, deliveryCount, record, recordAt);
            }
            return;
        }
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
        if (direct()) {
            if (open()) {
                nearOutlet.got(queue, sequence, redelivered, deliveryCount, remaining, record, recordAt);
            }
            return;
        }
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
        if (direct()) {
            if (open()) {
                nearOutlet.gotNothing();
            }
            return;
        }
        AnswerStream.gotNothing(half.answers(), number, generation);
    }

    @Override
    public void confirmed(long upTo) {
        if (direct()) {
            if (open()) {
                nearOutlet.confirmed(upTo);
            }
            return;
        }
        AnswerStream.confirmed(half.answers(), number, generation, upTo);
    }

    @Override
    public void refused(long publish, ErrorCode why) {
        if (direct()) {
            if (open()) {
                nearOutlet.refused(publish, why);
            }
            return;
        }
        AnswerStream.publishRefused(half.answers(), number, generation, publish, why);
    }

    @Override
    public void returned(long publish, ByteBuffer record, int recordAt) {
        if (direct()) {
            if (open()) {
                nearOutlet.returned(publish, record, recordAt);
            }
            return;
        }
        AnswerStream.returned(half.answers(), number, generation, publish, record, recordAt);
    }

    @Override
    public void failed(BrokerException why) {
        if (direct()) {
            if (open()) {
                nearOutlet.failed(why);
            }
            return;
        }
        AnswerStream.failed(half.answers(), number, generation, why);
    }

    @Override
    public void consumerCancelled(int consumer) {
        if (direct()) {
            if (open()) {
                nearOutlet.consumerCancelled(consumer);
            }
            return;
        }
        AnswerStream.consumerCancelled(half.answers(), number, generation, consumer);
    }

    @Override
    public boolean hasRoom() {
        if (half.isDirect()) {
            return !half.isShut(number) && open() && nearOutlet.hasRoom();
        }
        return half.hasRoom(number);
    }

    @Override
    public void flush() {
        // All that was collected for the connection leaves in one piece when the turn ends.
        if (spoke) {
            spoke = false;
            if (half.isHere() && open()) {
                nearOutlet.flush();
            }
        }
    }
}
