package io.millrace.core.vhost;

import java.util.HashMap;
import java.util.Map;

/**
 * {@code x-expires}: deletes queues that nobody has used for as long as they say. Consumers use a queue as long as they are
 * there; a declaration, a look at it and a get use it for a moment. A start is a use.
 */
final class Leases implements QueueWatch {
    private final Host host;
    private final Declaring declaring;
    private final Map<Queue, Agenda.Entry> ends = new HashMap<>();

    Leases(Host host, Declaring declaring) {
        this.host = host;
        this.declaring = declaring;
    }

    @Override
    public void changed(Queue queue) {
        long millis = queue.features().expires();
        Agenda.Entry end = ends.get(queue);
        if (millis == 0) {
            gone(queue);
            return;
        }
        if (end == null) {
            end = host.agenda.entry(() -> look(queue));
            ends.put(queue, end);
            queue.used(host.now());
        }
        end.at(Math.max(queue.usedAt() + millis, host.now() + 1));
    }

    @Override
    public void gone(Queue queue) {
        Agenda.Entry end = ends.remove(queue);
        if (end != null) {
            end.off();
        }
    }

    private void look(Queue queue) {
        long over = queue.usedAt() + queue.features().expires();
        Agenda.Entry end = ends.get(queue);
        if (!queue.dispatch().consumers().isEmpty()) {
            over = host.now() + queue.features().expires();
        }
        if (over <= host.now()) {
            declaring.delete(queue);
        } else if (end != null) {
            end.at(over);
        }
    }
}
