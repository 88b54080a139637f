package io.millrace.server.torture;

import io.millrace.server.torture.Finding.Kind;
import io.millrace.server.torture.History.Confirmed;
import io.millrace.server.torture.History.Event;
import io.millrace.server.torture.History.Message;
import io.millrace.server.torture.History.Returned;
import io.millrace.server.torture.History.Sent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What no queue wants is returned before it is confirmed, and nothing else is. */
final class ReturnCheck implements Check {
    private final List<Finding> findings = new ArrayList<>();
    /** Those that are not answered, and whether a queue wants them. */
    private final Map<Message, Boolean> wanted = new HashMap<>();

    @Override
    public List<Finding> findings() {
        return findings;
    }

    @Override
    public void take(Event event) {
        if (event instanceof Sent sent) {
            wanted.put(sent.message(), !sent.queues().isEmpty());
        } else if (event instanceof Returned returned) {
            if (!Boolean.FALSE.equals(wanted.put(returned.message(), true))) {
                findings.add(new Finding(Kind.UNEXPECTED, "returned", returned.message()));
            }
        } else if (event instanceof Confirmed confirmed && Boolean.FALSE.equals(wanted.remove(confirmed.message()))) {
            findings.add(new Finding(Kind.NOT_RETURNED, "returned", confirmed.message()));
        }
    }
}
