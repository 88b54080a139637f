package io.millrace.server.torture;

import io.millrace.server.torture.History.Confirmed;
import io.millrace.server.torture.History.Crashed;
import io.millrace.server.torture.History.Delivered;
import io.millrace.server.torture.History.Event;
import io.millrace.server.torture.History.Message;
import io.millrace.server.torture.History.Refused;
import io.millrace.server.torture.History.Sent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How much a history holds.
 *
 * @param inDoubt neither confirmed nor refused
 * @param recovered of those in doubt, how many came after a crash all the same
 */
record Figures(int sent, int confirmed, int refused, int inDoubt, int recovered, int delivered, int crashes) {
    static Figures of(List<Event> events) {
        Map<Message, Integer> open = new HashMap<>();
        Set<Message> recovered = new HashSet<>();
        int sent = 0;
        int confirmed = 0;
        int refused = 0;
        int delivered = 0;
        int crashes = 0;
        for (Event event : events) {
            if (event instanceof Sent one) {
                sent++;
                open.put(one.message(), crashes);
            } else if (event instanceof Confirmed one) {
                confirmed++;
                open.remove(one.message());
            } else if (event instanceof Refused one) {
                refused++;
                open.remove(one.message());
            } else if (event instanceof Delivered one) {
                delivered++;
                if (open.getOrDefault(one.message(), crashes) < crashes) {
                    recovered.add(one.message());
                }
            } else if (event instanceof Crashed) {
                crashes++;
            }
        }
        return new Figures(sent, confirmed, refused, open.size(), recovered.size(), delivered, crashes);
    }

    @Override
    public String toString() {
        return "sent=%d confirmed=%d refused=%d in-doubt=%d recovered=%d delivered=%d crashes=%d"
                .formatted(sent, confirmed, refused, inDoubt, recovered, delivered, crashes);
    }
}
