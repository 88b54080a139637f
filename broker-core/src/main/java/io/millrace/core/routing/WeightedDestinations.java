package io.millrace.core.routing;

import io.millrace.core.model.BindingSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Destinations with weights, of which a hash chooses one: weighted rendezvous hashing. Every destination draws a number
 * from its own name and the hash, and the best draw wins. So a destination's share is its weight's; when one comes or goes,
 * no message moves between the others; and a queue that is deleted and declared anew gets back what it had. Choosing takes
 * time by the number of destinations. Owner's thread only.
 */
final class WeightedDestinations {
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Integer, Entry> byDestination = new HashMap<>();

    private static final class Entry {
        final int destination;
        final long nameHash;
        double weight;
        int bindings;
        int place;

        Entry(int destination, long nameHash) {
            this.destination = destination;
            this.nameHash = nameHash;
        }
    }

    int size() {
        return entries.size();
    }

    /** Counts one more binding; the weights of one destination's bindings add up. */
    void add(BindingSpec binding, int destination, double weight) {
        Entry entry = byDestination.get(destination);
        if (entry == null) {
            long kind = binding.toExchange() ? 1 : 0;
            entry = new Entry(destination, hash(binding.destination()) + kind);
            entry.place = entries.size();
            entries.add(entry);
            byDestination.put(destination, entry);
        }
        entry.weight += weight;
        entry.bindings++;
    }

    /** Counts one binding less, which must be there. */
    void remove(int destination, double weight) {
        Entry entry = byDestination.get(destination);
        if (entry == null) {
            throw new IllegalStateException("destination " + destination + " is not bound here");
        }
        entry.weight -= weight;
        if (--entry.bindings > 0) {
            return;
        }
        byDestination.remove(destination);
        Entry last = entries.remove(entries.size() - 1);
        if (last != entry) {
            entries.set(entry.place, last);
            last.place = entry.place;
        }
    }

    /** The destination for that hash; there is one at least. */
    int choose(long hash) {
        Entry best = entries.get(0);
        double bestDraw = draw(best, hash);
        for (int i = 1; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            double draw = draw(entry, hash);
            // Equal draws must not depend on the order of the bindings, which a restart may change.
            if (draw < bestDraw || (draw == bestDraw && entry.nameHash < best.nameHash)) {
                best = entry;
                bestDraw = draw;
            }
        }
        return best.destination;
    }

    /** Exponentially distributed with the weight as its rate: the smallest is an entry's with the chance of its weight. */
    private static double draw(Entry entry, long hash) {
        long mixed = mix(hash ^ entry.nameHash);
        double uniform = ((mixed >>> 11) + 1) * 0x1p-53;
        return -Math.log(uniform) / entry.weight;
    }

    /** A hash of a text that stays the same for good. */
    static long hash(String text) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        return mix(hash);
    }

    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
