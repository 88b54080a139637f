package io.millrace.server.demo;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** The exact counts at the end, and whether they add up. */
final class Report {
    private static final String ROW = "  %-12s %10s %10s %10s %10s %10s %10s   %s";

    private final PrintWriter out;

    Report(PrintWriter out) {
        this.out = out;
    }

    /** Prints all counts of a run that took so many seconds. */
    void print(RunCount run, List<DemoQueue> queues, double seconds) {
        out.println();
        out.printf(
                Locale.ROOT,
                "Published %,d, confirmed %,d, refused %,d, returned %,d in %.1f s.%n%n",
                run.published(),
                run.confirmed(),
                run.refused(),
                run.returned(),
                seconds);
        out.println(String.format(
                Locale.ROOT, ROW, "queue", "expected", "routed", "acked", "dead", "left", "requeued", "bound to"));
        for (int i = 0; i < queues.size(); i++) {
            QueueCount count = run.queues().get(i);
            out.println(String.format(
                    Locale.ROOT,
                    ROW,
                    DemoNames.brief(count.name()),
                    number(count.expected().cardinality()),
                    number(count.routed()),
                    number(count.acked().cardinality()),
                    number(count.dead().cardinality()),
                    number(count.left()),
                    number(count.requeued()),
                    String.join("  ", queues.get(i).patterns())));
        }
        out.println(String.format(
                Locale.ROOT,
                ROW,
                DemoNames.brief(DemoNames.DEAD_QUEUE),
                number(run.rejected()),
                number(run.deadLetters()),
                "-",
                "-",
                number(run.deadLetters()),
                "-",
                "what 'unlucky' rejected"));
        out.println();
        verdict(run.problems());
    }

    private void verdict(List<String> problems) {
        if (problems.isEmpty()) {
            out.println(
                    "Everything adds up: published = confirmed; in every queue expected = acked + dead + left, with each"
                            + " event once;");
            out.println(
                    "'expected' was worked out from the routing keys by a matcher that shares nothing with the broker.");
        } else {
            out.println("THIS DOES NOT ADD UP:");
            problems.forEach(problem -> out.println("  " + problem));
        }
        out.println();
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
