package io.millrace.server.torture;

import io.millrace.server.torture.Copy.Spot;
import io.millrace.server.torture.Finding.Kind;
import io.millrace.server.torture.History.Acked;
import io.millrace.server.torture.History.Confirmed;
import io.millrace.server.torture.History.Crashed;
import io.millrace.server.torture.History.Deleted;
import io.millrace.server.torture.History.Deleting;
import io.millrace.server.torture.History.Delivered;
import io.millrace.server.torture.History.Drained;
import io.millrace.server.torture.History.Event;
import io.millrace.server.torture.History.Left;
import io.millrace.server.torture.History.Message;
import io.millrace.server.torture.History.Purged;
import io.millrace.server.torture.History.Purging;
import io.millrace.server.torture.History.Refused;
import io.millrace.server.torture.History.Rejected;
import io.millrace.server.torture.History.Requeued;
import io.millrace.server.torture.History.Sent;
import io.millrace.server.torture.History.Stopped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Each message is in one place, and is what was sent: nothing lost, doubled, torn, changed or back from the dead. */
final class PlaceCheck implements Check {
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, String> queuesOfDead = new HashMap<>();
    private final Map<String, String> deadQueues;
    private final Map<String, Map<Message, Copy>> queues = new HashMap<>();
    private final Map<Message, List<Copy>> messages = new HashMap<>();
    private final Map<Message, List<Copy>> units = new HashMap<>();
    private final Evidence evidence = new Evidence();

    PlaceCheck(Map<String, String> deadLetterQueues) {
        deadQueues = deadLetterQueues;
        deadLetterQueues.forEach((queue, dead) -> queuesOfDead.put(dead, queue));
    }

    @Override
    public List<Finding> findings() {
        return findings;
    }

    @Override
    public void take(Event event) {
        if (event instanceof Sent sent) {
            sent(sent);
        } else if (event instanceof Confirmed confirmed) {
            copies(confirmed.message()).forEach(Copy::confirm);
        } else if (event instanceof Refused refused) {
            copies(refused.message()).forEach(Copy::refuse);
        } else if (event instanceof Delivered delivered) {
            delivered(delivered);
        } else if (event instanceof Acked acked) {
            settled(acked.consumer(), find(acked.queue(), acked.message()), Spot.GONE);
        } else if (event instanceof Requeued requeued) {
            Copy copy = find(requeued.queue(), requeued.message());
            if (copy != null) {
                copy.holder = null;
            }
        } else if (event instanceof Rejected rejected) {
            Spot to = deadQueues.containsKey(rejected.queue()) ? Spot.DEAD : Spot.GONE;
            settled(rejected.consumer(), find(rejected.queue(), rejected.message()), to);
        } else {
            takeRare(event);
        }
        evidence.take(event);
    }

    private void takeRare(Event event) {
        if (event instanceof Left left) {
            all(queuesOfDead.getOrDefault(left.queue(), left.queue())).stream()
                    .filter(copy -> left.consumer().equals(copy.holder))
                    .forEach(copy -> copy.holder = null);
        } else if (event instanceof Purging purging) {
            all(purging.queue()).stream().filter(PlaceCheck::isReady).forEach(copy -> copy.move(Spot.GONE, null));
        } else if (event instanceof Deleting deleting) {
            all(deleting.queue()).forEach(copy -> {
                copy.holder = null;
                copy.move(Spot.GONE, null);
            });
        } else if (event instanceof Purged purged) {
            all(purged.queue()).stream().filter(PlaceCheck::isGone).forEach(PlaceCheck::removed);
        } else if (event instanceof Deleted deleted) {
            all(deleted.queue()).forEach(PlaceCheck::removed);
        } else if (event instanceof Crashed) {
            ended(false);
        } else if (event instanceof Stopped) {
            ended(true);
        } else if (event instanceof Drained) {
            drained();
        }
    }

    private void sent(Sent sent) {
        for (String queue : sent.queues()) {
            Copy copy = new Copy(queue, sent.message(), sent.unit());
            queues.computeIfAbsent(queue, name -> new HashMap<>()).put(sent.message(), copy);
            messages.computeIfAbsent(sent.message(), message -> new ArrayList<>(1))
                    .add(copy);
            units.computeIfAbsent(sent.unit(), unit -> new ArrayList<>(1)).add(copy);
        }
    }

    private void delivered(Delivered delivery) {
        Copy copy = find(delivery.queue(), delivery.message());
        if (copy == null || copy.refused) {
            report(Kind.UNEXPECTED, delivery);
            return;
        }
        if (!delivery.intact()) {
            report(Kind.CORRUPT, delivery);
        }
        Spot here = copy.queue.equals(delivery.queue()) ? Spot.QUEUE : Spot.DEAD;
        Set<Spot> spots = copy.spots();
        if (copy.holder != null) {
            report(Kind.DOUBLED, delivery);
        } else if (!spots.contains(here)) {
            boolean elsewhere = spots.contains(Spot.QUEUE) || spots.contains(Spot.DEAD);
            report(elsewhere ? Kind.MISPLACED : copy.removed ? Kind.GHOST : Kind.DOUBLED, delivery);
        }
        if (copy.seenAt(here)) {
            units.getOrDefault(copy.unit, List.of()).forEach(Copy::unitIsThere);
        }
        copy.holder = delivery.consumer();
    }

    private void settled(String consumer, @Nullable Copy copy, Spot to) {
        if (copy != null) {
            copy.holder = null;
            copy.move(to, evidence.asked(consumer));
        }
    }

    private void ended(boolean cleanly) {
        messages.values()
                .forEach(copies -> copies.forEach(copy -> copy.ended(step -> evidence.isDurable(step, cleanly))));
    }

    private void drained() {
        for (List<Copy> copies : messages.values()) {
            for (Copy copy : copies) {
                boolean due = !copy.spots().contains(Spot.NOWHERE) && !isGone(copy);
                if (due) {
                    findings.add(new Finding(copy.confirmed ? Kind.LOST : Kind.TORN, copy.queue, copy.message));
                }
            }
        }
    }

    private void report(Kind kind, Delivered delivery) {
        findings.add(new Finding(kind, delivery.queue(), delivery.message()));
    }

    private static boolean isReady(Copy copy) {
        return copy.holder == null && copy.spots().contains(Spot.QUEUE);
    }

    private static boolean isGone(Copy copy) {
        return copy.spots().contains(Spot.GONE);
    }

    private static void removed(Copy copy) {
        copy.latestIsDurable();
        copy.removed = true;
    }

    private List<Copy> copies(Message message) {
        return messages.getOrDefault(message, List.of());
    }

    private List<Copy> all(String queue) {
        return List.copyOf(queues.getOrDefault(queue, Map.of()).values());
    }

    /** The copy that lies in a queue or has died there. */
    private @Nullable Copy find(String queue, Message message) {
        String origin = queuesOfDead.getOrDefault(queue, queue);
        return queues.getOrDefault(origin, Map.of()).get(message);
    }
}
