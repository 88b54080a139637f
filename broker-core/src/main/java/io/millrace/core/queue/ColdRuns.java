package io.millrace.core.queue;

import io.millrace.core.store.Segments.Run;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The runs of a queue: which stretches of its sequences lie in which segment, and how much of each is still live. */
public final class ColdRuns {
    private static final class Entry {
        Run run;
        long live;

        Entry(Run run, long live) {
            this.run = run;
            this.live = live;
        }
    }

    /** Is told when the last live message of a run is gone. */
    @FunctionalInterface
    public interface Emptied {
        /** Nothing of that run is live any more. */
        void run(Run run);
    }

    private final List<Entry> entries = new ArrayList<>();
    private int last;

    /** Adds a run behind the others. */
    public void add(Run run, long live) {
        entries.add(new Entry(run, live));
    }

    /** Takes runs. */
    @FunctionalInterface
    public interface Visitor {
        /** So many messages of that run are live. */
        void run(Run run, long live);
    }

    /** Shows all runs, in order; must not change meanwhile. */
    public void forEach(Visitor visitor) {
        for (int i = 0; i < entries.size(); i++) {
            visitor.run(entries.get(i).run, entries.get(i).live);
        }
    }

    /** Puts another run, which has all that is live, in the place of the one in that segment; returns that, or null. */
    @Nullable
    Run replace(long segment, Run by) {
        Entry entry = entry(by.first());
        if (entry == null || entry.run.segment() != segment) {
            return null;
        }
        Run old = entry.run;
        entry.run = by;
        return old;
    }

    /** Restores how many bytes of bodies the run in that segment has. */
    public void restoreBodyBytes(long segment, long bytes) {
        for (Entry entry : entries) {
            if (entry.run.segment() == segment) {
                entry.run = entry.run.withBodyBytes(bytes);
            }
        }
    }

    /** The run in whose stretch the sequence lies, or null. */
    public @Nullable Run holding(long sequence) {
        Entry entry = entry(sequence);
        return entry == null ? null : entry.run;
    }

    /** The first run that begins behind that sequence, or null. */
    public @Nullable Run behind(long sequence) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entries.get(middle).run.first() > sequence) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low == entries.size() ? null : entries.get(low).run;
    }

    /** How many there are. */
    public int size() {
        return entries.size();
    }

    /** All runs, in order. */
    public List<Run> all() {
        List<Run> runs = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            runs.add(entry.run);
        }
        return runs;
    }

    /** The highest sequence that any run covers, or -1. */
    public long end() {
        return entries.isEmpty() ? -1 : entries.get(entries.size() - 1).run.last();
    }

    /** The live message of that sequence is gone. */
    void removed(long sequence, Emptied emptied) {
        Entry entry = entry(sequence);
        if (entry != null) {
            shrink(entry, 1, emptied);
        }
    }

    /** The live messages of these sequences are about to go. */
    void removing(SequenceSet live, long first, long last, Emptied emptied) {
        for (int i = entries.size() - 1; i >= 0; i--) {
            Entry entry = entries.get(i);
            long from = Math.max(first, entry.run.first());
            long to = Math.min(last, entry.run.last());
            if (from <= to) {
                shrink(entry, live.count(from, to), emptied);
            }
        }
    }

    private void shrink(Entry entry, long by, Emptied emptied) {
        entry.live -= by;
        if (entry.live <= 0) {
            entries.remove(entry);
            last = 0;
            emptied.run(entry.run);
        }
    }

    private @Nullable Entry entry(long sequence) {
        if (entries.isEmpty() || sequence > end()) {
            return null;
        }
        if (last < entries.size() && covers(entries.get(last), sequence)) {
            return entries.get(last);
        }
        int low = 0;
        int high = entries.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Entry entry = entries.get(middle);
            if (covers(entry, sequence)) {
                last = middle;
                return entry;
            }
            if (sequence < entry.run.first()) {
                high = middle - 1;
            } else {
                low = middle + 1;
            }
        }
        return null;
    }

    private static boolean covers(Entry entry, long sequence) {
        return sequence >= entry.run.first() && sequence <= entry.run.last();
    }
}
