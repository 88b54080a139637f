package io.millrace.server.torture;

import io.millrace.server.torture.Finding.Kind;
import io.millrace.server.torture.History.Declared;
import io.millrace.server.torture.History.Deleted;
import io.millrace.server.torture.History.Deleting;
import io.millrace.server.torture.History.Event;
import io.millrace.server.torture.History.Found;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A queue that was declared stays, one that was deleted never returns. Names are not used twice. */
final class QueueCheck implements Check {
    private enum State {
        THERE,
        IN_DOUBT,
        DELETED
    }

    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, State> queues = new HashMap<>();

    @Override
    public List<Finding> findings() {
        return findings;
    }

    @Override
    public void take(Event event) {
        if (event instanceof Declared declared) {
            queues.put(declared.queue(), State.THERE);
        } else if (event instanceof Deleting deleting) {
            queues.put(deleting.queue(), State.IN_DOUBT);
        } else if (event instanceof Deleted deleted) {
            queues.put(deleted.queue(), State.DELETED);
        } else if (event instanceof Found found) {
            State state = queues.getOrDefault(found.queue(), State.IN_DOUBT);
            if (found.there() && state == State.DELETED) {
                findings.add(new Finding(Kind.GHOST, found.queue(), null));
            } else if (!found.there() && state == State.THERE) {
                findings.add(new Finding(Kind.QUEUE_LOST, found.queue(), null));
            }
        }
    }
}
