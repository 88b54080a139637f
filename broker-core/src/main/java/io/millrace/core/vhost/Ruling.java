package io.millrace.core.vhost;

import io.millrace.core.model.BrokerException;
import io.millrace.core.policy.Policies;

/**
 * Lets queues that are there be what other policies say. Many queues take several turns, so that nobody waits for all of
 * them; a queue that is declared meanwhile has the new policies from the beginning. Owner's thread.
 */
final class Ruling {
    /** Most queues in a turn. */
    static final int RULED_MAX = 1000;
    /** Most numbers of queues, those that are gone included, in a turn. */
    private static final int LOOKED_AT_MAX = 1 << 16;

    private final Host host;
    private int next;
    private int end;
    private boolean goesOn;

    Ruling(Host host) {
        this.host = host;
    }

    /**
     * These are the policies from now on.
     *
     * @param atOnce whether no queue may be left for a later turn
     */
    void begin(Policies policies, boolean atOnce) {
        host.rules = new HostRules(policies, host.rules.queuesMax(), host.rules.defaultQueueType());
        host.turn(() -> {
            host.state.policies(policies);
            next = 1;
            end = host.state.queues().nextId();
            do {
                walk();
            } while (atOnce && next < end);
        });
        goOn();
    }

    private void goOn() {
        if (next < end && !goesOn) {
            goesOn = true;
            host.setup.owner().execute(() -> {
                goesOn = false;
                host.turn(this::walk);
                goOn();
            });
        }
    }

    private void walk() {
        int ruled = 0;
        for (int looked = 0; next < end && looked < LOOKED_AT_MAX && ruled < RULED_MAX; looked++) {
            Queue queue = host.state.queues().numbered(next++);
            if (queue != null) {
                rule(queue);
                ruled++;
            }
        }
    }

    /** A queue that is there cannot be refused: if it cannot be what a policy wants it stays as it is. */
    private void rule(Queue queue) {
        try {
            queue.features(host.state.features(queue.state().spec()));
        } catch (BrokerException impossible) {
            host.setup.listener().stuck("a policy cannot be applied: " + impossible.text());
        }
        host.changed(queue);
    }
}
