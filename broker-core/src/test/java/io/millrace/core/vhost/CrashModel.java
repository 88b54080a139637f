package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the clients of a virtual host know at one moment, and what a broker that crashed then may show them afterwards. What
 * was not answered is uncertain until it was looked at after a crash: from then on it is certain.
 */
final class CrashModel {
    /** Where dead letters go. */
    static final String DEAD = "dead";

    /** What became of one message in one queue. */
    enum Fate {
        /** Nothing: it waits. */
        WAITS,
        /** It left; perhaps, until that is certain. */
        LEFT,
        /** It went, or goes, to the dead letters. */
        DIES,
        /** It left the queue and is a dead letter. */
        DEAD
    }

    /** A message in one queue. */
    static final class Place {
        final String queue;
        Fate fate = Fate.WAITS;
        /** Position of the log at which it left; unknown is the largest. */
        long leftAt = Long.MAX_VALUE;

        boolean certain;
        boolean seen;
        /** Its time may be over. */
        boolean ages;

        Place(String queue) {
            this.queue = queue;
        }

        Place copy() {
            Place copy = new Place(queue);
            copy.fate = fate;
            copy.leftAt = leftAt;
            copy.certain = certain;
            copy.seen = seen;
            copy.ages = ages;
            return copy;
        }
    }

    /** A message. */
    static final class Sent {
        final String body;
        final List<Place> places = new ArrayList<>();
        /** 0 = none. */
        int transaction;
        /** Number of its confirm in this life; 0 = not waited for. */
        long number;

        boolean confirmed;
        boolean never;

        Sent(String body) {
            this.body = body;
        }

        Sent copy() {
            Sent copy = new Sent(body);
            places.forEach(place -> copy.places.add(place.copy()));
            copy.transaction = transaction;
            copy.number = number;
            copy.confirmed = confirmed;
            copy.never = never;
            return copy;
        }
    }

    final TreeMap<Integer, Sent> messages = new TreeMap<>();
    /** Whether a queue is there: true, false, or uncertain if it is not in here. */
    final Map<String, Boolean> queues = new HashMap<>();
    /** Stretches that were reported as damaged. */
    final Set<String> damaged = new HashSet<>();

    int next = 1;
    int transactions;
    long durable;

    CrashModel copy() {
        CrashModel copy = new CrashModel();
        messages.forEach((number, sent) -> copy.messages.put(number, sent.copy()));
        copy.queues.putAll(queues);
        copy.damaged.addAll(damaged);
        copy.next = next;
        copy.transactions = transactions;
        copy.durable = durable;
        return copy;
    }

    /** The message that a body is of. */
    Sent of(String body) {
        int number = Integer.parseInt(body.substring(0, body.indexOf(' ')));
        Sent sent = messages.get(number);
        assertNotNull(sent, () -> "unexpected message " + number);
        assertEquals(sent.body, body, () -> "message " + number + " was altered");
        return sent;
    }

    /** The only message place that a delivery from that queue can be of. */
    static Place place(Sent sent, String queue) {
        for (Place place : sent.places) {
            if (place.queue.equals(queue) || queue.equals(DEAD)) {
                return place;
            }
        }
        throw new AssertionError("message " + number(sent) + " came from " + queue + ", where it was never sent");
    }

    static int number(Sent sent) {
        return Integer.parseInt(sent.body.substring(0, sent.body.indexOf(' ')));
    }

    /** Confirms up to that number came. */
    void confirmed(long upTo) {
        for (Sent sent : messages.values()) {
            if (sent.number > 0 && sent.number <= upTo) {
                sent.confirmed = true;
                sent.number = 0;
            }
        }
    }

    /** A transaction was answered. */
    void committed(int transaction) {
        for (Sent sent : messages.values()) {
            sent.confirmed |= sent.transaction == transaction;
        }
    }

    /** All that was begun is durable: nothing is uncertain. */
    void allDurable() {
        for (Sent sent : messages.values()) {
            for (Place place : sent.places) {
                place.certain |= place.fate == Fate.LEFT;
                if (place.fate == Fate.DIES) {
                    place.fate = Fate.DEAD;
                }
            }
        }
    }

    /**
     * Compares what is there after a crash with what may be, and takes it as certain from now on.
     *
     * @param found for each queue the messages in it, in their order
     */
    void check(Map<String, List<Integer>> found) {
        Map<Integer, Map<String, Integer>> places = new HashMap<>();
        found.forEach((queue, numbers) -> {
            int before = 0;
            for (int number : numbers) {
                places.computeIfAbsent(number, any -> new HashMap<>()).merge(queue, 1, Integer::sum);
                if (!queue.equals(DEAD)) {
                    int previous = before;
                    assertTrue(number > previous, () -> "D8: " + number + " behind " + previous + " in " + queue);
                    before = number;
                }
            }
        });
        Map<Integer, Boolean> transactionsThere = new HashMap<>();
        for (Sent sent : messages.values()) {
            check(sent, places.getOrDefault(number(sent), Map.of()), transactionsThere);
        }
        for (int number : places.keySet()) {
            assertTrue(messages.containsKey(number), () -> "unexpected message " + number);
        }
    }

    private void check(Sent sent, Map<String, Integer> there, Map<Integer, Boolean> transactionsThere) {
        int number = number(sent);
        there.forEach((queue, count) ->
                assertEquals(1, count, () -> "D5: message " + number + " is " + count + " times in " + queue));
        boolean any = false;
        boolean missing = false;
        for (Place place : sent.places) {
            boolean dead = there.containsKey(DEAD) && place.fate != Fate.LEFT;
            boolean waits = there.containsKey(place.queue);
            assertTrue(!(dead && waits), () -> "D10: message " + number + " is in " + place.queue + " and dead");
            assertTrue(
                    !sent.never || !(dead || waits), () -> "message " + number + " that was lost in a crash is back");
            any |= dead || waits;
            missing |= !dead && !waits && place.fate == Fate.WAITS && !place.ages;
            if (sent.confirmed && !damaged.contains(place.queue) && !damaged.contains(DEAD)) {
                checkConfirmed(number, place, dead, waits);
            }
            becomeCertain(place, dead, waits);
        }
        boolean here = any;
        boolean notHere = missing;
        if (!sent.confirmed && damaged.isEmpty()) {
            assertTrue(!here || !notHere, () -> "message " + number + " is in some of its queues only");
        }
        if (sent.transaction > 0 && !sent.never && (here || notHere) && damaged.isEmpty()) {
            Boolean other = transactionsThere.putIfAbsent(sent.transaction, here);
            assertTrue(
                    other == null || other == here,
                    () -> "message " + number + " of transaction " + sent.transaction + " is there: " + here
                            + ", others: " + other);
        }
        sent.never |= !here && !sent.confirmed;
        sent.confirmed |= here;
        sent.number = 0;
    }

    private void checkConfirmed(int number, Place place, boolean dead, boolean waits) {
        String who = "message " + number + " in " + place.queue;
        boolean leftForGood = place.certain || place.leftAt <= durable;
        switch (place.fate) {
            case WAITS -> {
                assertTrue(waits || place.ages, () -> "D5: confirmed " + who + " is lost");
                assertTrue(waits || dead, () -> "D12: confirmed " + who + " is neither there nor dead");
            }
            case LEFT -> assertTrue(!waits || !leftForGood, () -> "D7: settled " + who + " is back");
            case DIES -> assertTrue(waits || dead, () -> "D10: " + who + " is neither there nor dead");
            case DEAD -> assertTrue(dead, () -> "D10: the dead letter of " + who + " is lost");
        }
    }

    private static void becomeCertain(Place place, boolean dead, boolean waits) {
        if (waits) {
            place.fate = Fate.WAITS;
            place.leftAt = Long.MAX_VALUE;
        } else if (dead) {
            place.fate = Fate.DEAD;
        } else {
            place.fate = Fate.LEFT;
            place.certain = true;
        }
    }
}
