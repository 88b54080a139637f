package io.millrace.core.vhost;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes messages back from consumers that hold them for too long, and stops those consumers until they settle something.
 *
 * <p>Nothing is kept for a delivery but its time. Everything that a queue has handed out is looked at when the oldest could
 * be held for too long, and after that not before an eighth of the allowed time, or a minute, has passed: that late it may
 * be noticed.
 */
final class HoldTimes implements QueueWatch {
    /** Most messages that are taken back in one turn. */
    static final int TAKEN_BACK_MAX = 4096;

    private static final long PAUSE_MAX_MILLIS = 60_000;
    private static final int PAUSE_SHARE = 8;

    /** Takes one message away from its holder. */
    @FunctionalInterface
    interface TakeBack {
        /** That holder has it no more. */
        void from(Queue queue, long sequence, Consumer holder);
    }

    private final Host host;
    private TakeBack takeBack = (queue, sequence, holder) -> {};

    HoldTimes(Host host) {
        this.host = host;
    }

    /** How a message is taken away. */
    void onLate(TakeBack action) {
        takeBack = action;
    }

    @Override
    public void changed(Queue queue) {
        boolean held = queue.dispatch().inFlight().size() > 0;
        Agenda.Entry check = held ? checkOrNew(queue) : queue.holdCheck();
        if (check != null) {
            check.at(host.now() + 1);
        }
    }

    private Agenda.Entry checkOrNew(Queue queue) {
        Agenda.Entry check = queue.holdCheck();
        if (check == null) {
            check = host.agenda.entry(() -> look(queue));
            queue.holdCheck(check);
        }
        return check;
    }

    @Override
    public void gone(Queue queue) {
        Agenda.Entry check = queue.holdCheck();
        if (check != null) {
            check.off();
        }
    }

    /** The consumer was given a message. */
    void took(Queue queue, Consumer consumer) {
        long timeout = timeout(queue, consumer);
        if (timeout == 0) {
            return;
        }
        Agenda.Entry check = checkOrNew(queue);
        if (host.now() + timeout < check.time()) {
            check.at(host.now() + timeout);
        }
    }

    private long timeout(Queue queue, Consumer consumer) {
        if (consumer.timeout() >= 0) {
            return consumer.timeout();
        }
        long said = queue.features().consumerTimeout();
        return said > 0 ? said : host.limits.consumerTimeoutMillis();
    }

    private void look(Queue queue) {
        Held held = new Held(queue);
        queue.dispatch().inFlight().forEach(held);
        Arrays.sort(held.late, 0, held.count);
        Map<Consumer, Integer> stopped = new LinkedHashMap<>();
        for (int i = 0; i < held.count; i++) {
            long sequence = held.late[i];
            Consumer holder = queue.dispatch().inFlight().holder(sequence);
            if (holder != null) {
                takeBack.from(queue, sequence, holder);
                stopped.merge(holder, 1, Integer::sum);
            }
        }
        if (held.count > 0) {
            host.counters.countTakenBack(held.count);
            tell(queue, stopped);
        }
        Agenda.Entry check = queue.holdCheck();
        if (held.next != Long.MAX_VALUE && check != null) {
            check.at(Math.max(held.next, host.now() + held.pause));
        }
    }

    private void tell(Queue queue, Map<Consumer, Integer> stopped) {
        List<Consumer> consumers = new ArrayList<>(stopped.keySet());
        for (Consumer consumer : consumers) {
            String client = consumer.lane().client().description();
            host.setup
                    .listener()
                    .consumerStopped(queue.name(), client, consumer.tag(), stopped.getOrDefault(consumer, 0));
        }
    }

    /** Finds what is held for too long, and when there may be more. */
    private final class Held implements InFlight.Visitor {
        private final Queue queue;
        private long[] late = new long[16];
        private int count;
        private long next = Long.MAX_VALUE;
        private long pause = PAUSE_MAX_MILLIS;

        Held(Queue queue) {
            this.queue = queue;
        }

        @Override
        public void held(long sequence, Consumer holder, long since) {
            long timeout = timeout(queue, holder);
            if (timeout == 0) {
                return;
            }
            if (since + timeout > host.now()) {
                next = Math.min(next, since + timeout);
                pause = Math.min(pause, 1 + timeout / PAUSE_SHARE);
            } else if (count == TAKEN_BACK_MAX) {
                next = host.now();
                pause = 1;
            } else {
                if (count == late.length) {
                    late = Arrays.copyOf(late, count * 2);
                }
                late[count++] = sequence;
            }
        }
    }
}
