package io.millrace.server.torture;

import io.millrace.server.torture.Finding.Kind;
import io.millrace.server.torture.History.Carried;
import io.millrace.server.torture.History.Carrying;
import io.millrace.server.torture.History.Confirmed;
import io.millrace.server.torture.History.Crashed;
import io.millrace.server.torture.History.Delivered;
import io.millrace.server.torture.History.Drained;
import io.millrace.server.torture.History.Event;
import io.millrace.server.torture.History.Message;
import io.millrace.server.torture.History.Sent;
import io.millrace.server.torture.History.Stopped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a transaction acknowledges goes if and only if what it publishes comes. */
final class CarriedCheck implements Check {
    private final List<Finding> findings = new ArrayList<>();
    private final Map<Message, Unit> units = new HashMap<>();
    private final Map<Message, Unit> byTaken = new HashMap<>();
    private final Map<Message, Unit> byPublished = new HashMap<>();
    private final Set<Message> confirmed = new HashSet<>();
    private int life;

    /** One transaction. */
    private static final class Unit {
        final String queue;
        final List<Message> taken;
        final int life;
        final Set<Message> back = new HashSet<>();
        /** What it publishes was seen in the same life; a crash may have forgotten all of it since. */
        boolean seen;
        /** It holds for certain. */
        boolean came;

        Unit(String queue, List<Message> taken, int life) {
            this.queue = queue;
            this.taken = taken;
            this.life = life;
        }
    }

    @Override
    public List<Finding> findings() {
        return findings;
    }

    @Override
    public void take(Event event) {
        if (event instanceof Carrying carrying) {
            Unit unit = new Unit(carrying.queue(), carrying.taken(), life);
            units.put(carrying.unit(), unit);
            // One that was taken again is a matter of the later transaction from now on.
            carrying.taken().forEach(message -> byTaken.put(message, unit));
        } else if (event instanceof Sent sent && units.get(sent.unit()) != null) {
            byPublished.put(sent.message(), units.get(sent.unit()));
        } else if (event instanceof Carried carried) {
            units.get(carried.unit()).came = true;
        } else if (event instanceof Confirmed one) {
            confirmed.add(one.message());
        } else if (event instanceof Delivered delivered) {
            delivered(delivered);
        } else if (event instanceof Crashed || event instanceof Stopped) {
            life++;
        } else if (event instanceof Drained) {
            drained();
        }
    }

    private void delivered(Delivered delivery) {
        Unit published = byPublished.get(delivery.message());
        if (published != null) {
            published.seen = true;
            published.came |= published.life < life;
        }
        Unit taken = byTaken.get(delivery.message());
        if (taken != null && taken.queue.equals(delivery.queue())) {
            taken.back.add(delivery.message());
        }
    }

    private void drained() {
        for (Unit unit : Set.copyOf(units.values())) {
            for (Message message : unit.taken) {
                boolean back = unit.back.contains(message);
                boolean neither = !back && !unit.came && !unit.seen && confirmed.contains(message);
                if (neither || back && unit.came) {
                    findings.add(new Finding(Kind.TORN, unit.queue, message));
                }
            }
        }
        units.clear();
        byTaken.clear();
        byPublished.clear();
    }
}
