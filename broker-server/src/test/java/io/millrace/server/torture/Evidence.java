package io.millrace.server.torture;

import io.millrace.server.torture.History.Answered;
import io.millrace.server.torture.History.Confirmed;
import io.millrace.server.torture.History.Crashed;
import io.millrace.server.torture.History.Event;
import io.millrace.server.torture.History.Message;
import io.millrace.server.torture.History.Sent;
import io.millrace.server.torture.History.Stopped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What is known to be on disk. Settlements need not be when the broker dies. But a log is written from front to back, so a
 * confirm proves more than its own message: what the broker had carried out a commit interval before that message was sent
 * is on disk as well.
 */
final class Evidence {
    /** The ceiling of storage.commit-interval. */
    private static final long COMMIT_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Map<Message, Long> sentAt = new HashMap<>();
    private final Map<String, List<Step>> unanswered = new HashMap<>();
    private long durableSentAt = Long.MIN_VALUE;

    /** Something that a consumer asked for and that a crash may take back. */
    static final class Step {
        private long carriedOutBefore = Long.MAX_VALUE;
    }

    /** A consumer is about to ask for something. */
    Step asked(String consumer) {
        Step step = new Step();
        unanswered.computeIfAbsent(consumer, name -> new ArrayList<>()).add(step);
        return step;
    }

    /** To be called behind those who ask {@link #isDurable} at the end of a life. */
    void take(Event event) {
        if (event instanceof Sent sent) {
            sentAt.put(sent.message(), sent.at());
        } else if (event instanceof Confirmed confirmed) {
            durableSentAt = Math.max(durableSentAt, sentAt.getOrDefault(confirmed.message(), Long.MIN_VALUE));
        } else if (event instanceof Answered answered) {
            List<Step> before = unanswered.remove(answered.consumer());
            if (before != null) {
                before.forEach(step -> step.carriedOutBefore = answered.at());
            }
        } else if (event instanceof Crashed || event instanceof Stopped) {
            unanswered.clear();
            durableSentAt = Long.MIN_VALUE;
        }
    }

    /**
     * Whether it holds after the end of this life.
     *
     * @param cleanly whether the broker saved whatever it had carried out
     */
    boolean isDurable(Step step, boolean cleanly) {
        if (step.carriedOutBefore == Long.MAX_VALUE) {
            return false;
        }
        return cleanly
                || durableSentAt != Long.MIN_VALUE && durableSentAt - step.carriedOutBefore > COMMIT_INTERVAL_NANOS;
    }
}
