package io.millrace.server.torture;

import io.millrace.server.torture.Finding.Kind;
import io.millrace.server.torture.History.Crashed;
import io.millrace.server.torture.History.Delivered;
import io.millrace.server.torture.History.Event;
import io.millrace.server.torture.History.Left;
import io.millrace.server.torture.History.Message;
import io.millrace.server.torture.History.Rejected;
import io.millrace.server.torture.History.Requeued;
import io.millrace.server.torture.History.Stopped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whoever may have seen a message before is told so, and its count of attempts never goes back. As with all settlements, the
 * end of an attempt may be forgotten that was not on disk when the broker died.
 */
final class MarkCheck implements Check {
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, String> deadQueues;
    private final Map<Key, Seen> seen = new HashMap<>();
    private final Evidence evidence = new Evidence();
    /** Queues with consumers that may have been sent messages which they did not note. */
    private final Set<String> left = new HashSet<>();

    private boolean leftInThisLife;
    private int lives;

    private record Key(String queue, Message message) {}

    /** The end of an attempt, and how many there were with it. */
    private record Ended(long attempts, Evidence.Step step) {}

    private static final class Seen {
        /** As many ended attempts it must have at its next delivery. */
        private long attemptsMin;
        /** As many of them are on disk. */
        private long durable;

        private int life = -1;
        private final List<Ended> ended = new ArrayList<>(0);
    }

    MarkCheck(Map<String, String> deadLetterQueues) {
        deadQueues = deadLetterQueues;
    }

    @Override
    public List<Finding> findings() {
        return findings;
    }

    @Override
    public void take(Event event) {
        if (event instanceof Delivered delivered) {
            delivered(delivered);
        } else if (event instanceof Requeued requeued) {
            Seen one = seen.get(new Key(requeued.queue(), requeued.message()));
            if (one != null) {
                one.attemptsMin++;
                one.ended.add(new Ended(one.attemptsMin, evidence.asked(requeued.consumer())));
            }
        } else if (event instanceof Rejected rejected) {
            // It comes to its dead-letter queue as a new message, also if it does so a second time.
            String dead = deadQueues.get(rejected.queue());
            if (dead != null) {
                seen.remove(new Key(dead, rejected.message()));
            }
        } else if (event instanceof Left gone) {
            left.add(gone.queue());
            leftInThisLife = true;
        } else if (event instanceof Crashed || event instanceof Stopped) {
            ended(event instanceof Stopped);
        }
        evidence.take(event);
    }

    private void delivered(Delivered delivery) {
        Key key = new Key(delivery.queue(), delivery.message());
        Seen one = seen.get(key);
        if (one == null) {
            one = new Seen();
            seen.put(key, one);
            if (delivery.redelivered() && lives == 0 && !left.contains(delivery.queue())) {
                report(Kind.MARKED_WITHOUT_CAUSE, delivery);
            }
        } else {
            if (!delivery.redelivered()) {
                report(Kind.UNMARKED, delivery);
            }
            if (delivery.attempts() < one.attemptsMin) {
                report(Kind.UNCOUNTED, delivery);
            }
        }
        if (one.life < lives && one.ended.isEmpty() && !leftInThisLife) {
            // Nothing has happened to it since the start, so the count is what was read from disk.
            one.durable = delivery.attempts();
        }
        one.life = lives;
        one.attemptsMin = delivery.attempts();
    }

    private void ended(boolean cleanly) {
        for (Seen one : seen.values()) {
            for (Ended attempt : one.ended) {
                if (evidence.isDurable(attempt.step(), cleanly)) {
                    one.durable = attempt.attempts();
                }
            }
            one.ended.clear();
            one.attemptsMin = one.durable;
        }
        lives++;
        leftInThisLife = false;
    }

    private void report(Kind kind, Delivered delivery) {
        findings.add(new Finding(kind, delivery.queue(), delivery.message()));
    }
}
