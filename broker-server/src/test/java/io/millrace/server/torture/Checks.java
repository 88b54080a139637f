package io.millrace.server.torture;

import io.millrace.server.torture.History.Event;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All promises held against a history. */
final class Checks {
    private Checks() {}

    /**
     * All that is wrong with a history.
     *
     * @param deadLetterQueues for each queue that has one, the queue that its rejected messages go to
     */
    static List<Finding> findings(List<Event> events, Map<String, String> deadLetterQueues) {
        List<Check> checks = List.of(
                new PlaceCheck(deadLetterQueues),
                new MarkCheck(deadLetterQueues),
                new OrderCheck(deadLetterQueues.values()),
                new CarriedCheck(),
                new QueueCheck(),
                new ReturnCheck());
        for (Event event : events) {
            for (Check check : checks) {
                check.take(event);
            }
        }
        return checks.stream().flatMap(check -> check.findings().stream()).toList();
    }

    /** The same in a few lines for people. */
    static String text(List<Finding> findings) {
        StringBuilder text = new StringBuilder(findings.size() + " findings");
        Stream.of(Finding.Kind.values()).forEach(kind -> {
            List<Finding> some =
                    findings.stream().filter(finding -> finding.kind() == kind).toList();
            if (!some.isEmpty()) {
                text.append("\n  ").append(kind).append(' ').append(some.size()).append(": ");
                text.append(some.subList(0, Math.min(8, some.size())));
            }
        });
        return text.toString();
    }
}
