package io.millrace.server.runtime;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.vhost.Outlet;
import java.nio.ByteBuffer;

/**
 * A connection's outlet, called on its loop while that runs the virtual host. What the connection's own outlet throws ends the connection, not the virtual
 * host, and after that the outlet is called no more.
 */
final class GuardedOutlet implements Outlet {
    private final Outlet outlet;
    private final Edge edge;
    private boolean broken;

    GuardedOutlet(Outlet outlet, Edge edge) {
        this.outlet = outlet;
        this.edge = edge;
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
        if (!broken) {
            try {
                outlet.deliver(consumer, queue, sequence, redelivered, deliveryCount, record, recordAt);
            } catch (RuntimeException | Error defect) {
                broke(defect);
            }
        }
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
        if (!broken) {
            try {
                outlet.got(queue, sequence, redelivered, deliveryCount, remaining, record, recordAt);
            } catch (RuntimeException | Error defect) {
                broke(defect);
            }
        }
    }

    @Override
    public void gotNothing() {
        guard(outlet::gotNothing);
    }

    @Override
    public void confirmed(long upTo) {
        if (!broken) {
            try {
                outlet.confirmed(upTo);
            } catch (RuntimeException | Error defect) {
                broke(defect);
            }
        }
    }

    @Override
    public void refused(long number, ErrorCode why) {
        if (!broken) {
            try {
                outlet.refused(number, why);
            } catch (RuntimeException | Error defect) {
                broke(defect);
            }
        }
    }

    @Override
    public void returned(long number, ByteBuffer record, int recordAt) {
        if (!broken) {
            try {
                outlet.returned(number, record, recordAt);
            } catch (RuntimeException | Error defect) {
                broke(defect);
            }
        }
    }

    @Override
    public void failed(BrokerException why) {
        guard(() -> outlet.failed(why));
    }

    @Override
    public void consumerCancelled(int consumer) {
        guard(() -> outlet.consumerCancelled(consumer));
    }

    @Override
    public boolean hasRoom() {
        if (broken) {
            return false;
        }
        try {
            return outlet.hasRoom();
        } catch (RuntimeException | Error defect) {
            broke(defect);
            return false;
        }
    }

    @Override
    public void flush() {
        if (!broken) {
            try {
                outlet.flush();
            } catch (RuntimeException | Error defect) {
                broke(defect);
            }
        }
    }

    private void guard(Runnable call) {
        if (!broken) {
            try {
                call.run();
            } catch (RuntimeException | Error defect) {
                broke(defect);
            }
        }
    }

    private void broke(Throwable defect) {
        broken = true;
        edge.broken(defect);
    }
}
