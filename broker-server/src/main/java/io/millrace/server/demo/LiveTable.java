package io.millrace.server.demo;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Shows how a run stands: drawn over itself on a terminal, else a line a second. */
final class LiveTable {
    private static final long DRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PrintWriter out;
    private final boolean terminal;
    private final Publisher publisher;
    private final List<Subscriber> subscribers;
    private final long begun;
    private long due;
    private int drawn;

    /** @param now nanoseconds of a clock that only goes forward */
    LiveTable(PrintWriter out, boolean terminal, Publisher publisher, List<Subscriber> subscribers, long now) {
        this.out = out;
        this.terminal = terminal;
        this.publisher = publisher;
        this.subscribers = subscribers;
        this.begun = now;
        this.due = now;
    }

    /** Shows how it stands, if it is time again. */
    void tick(long now) {
        if (now - due < 0) {
            return;
        }
        due = now + (terminal ? DRAW_NANOS : LINE_NANOS);
        show(now);
    }

    /** Shows how it stands. */
    void show(long now) {
        if (terminal) {
            draw(now);
        } else {
            line(now);
        }
        out.flush();
    }

    private void draw(long now) {
        StringBuilder text = new StringBuilder();
        if (drawn > 0) {
            text.append("\u001b[").append(drawn).append('A');
        }
        drawn = 0;
        row(
                text,
                String.format(
                        Locale.ROOT,
                        "  %4.1f s   published %,d   confirmed %,d",
                        (now - begun) / 1e9,
                        publisher.published(),
                        publisher.confirmed()));
        row(text, String.format(Locale.ROOT, "  %-12s %10s %10s %10s", "queue", "acked", "requeued", "rejected"));
        for (Subscriber subscriber : subscribers) {
            row(
                    text,
                    String.format(
                            Locale.ROOT,
                            "  %-12s %,10d %,10d %,10d",
                            DemoNames.brief(subscriber.queue().name()),
                            subscriber.acked(),
                            subscriber.requeued(),
                            subscriber.dead()));
        }
        out.print(text);
    }

    private void row(StringBuilder text, String row) {
        text.append("\r\u001b[2K").append(row).append('\n');
        drawn++;
    }

    private void line(long now) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "  %3.0f s  published %,d  confirmed %,d  acked",
                (now - begun) / 1e9,
                publisher.published(),
                publisher.confirmed()));
        for (Subscriber subscriber : subscribers) {
            text.append(String.format(
                    Locale.ROOT, " %s %,d", DemoNames.brief(subscriber.queue().name()), subscriber.acked()));
            if (subscriber.queue().failing()) {
                text.append(String.format(
                        Locale.ROOT, " (requeued %,d, rejected %,d)", subscriber.requeued(), subscriber.dead()));
            }
        }
        out.println(text);
    }
}
