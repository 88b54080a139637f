package io.millrace.core.routing;

import java.util.Arrays;

/**
 * The destinations that one place of a router points to, queues and exchanges alike, each with the number of bindings that say so. Adding and removing
 * takes constant time however many queues there are. Owner's thread only.
 */
final class BoundQueues {
    private static final int LINEAR_MAX = 16;
    private static final int[] NO_INDEX = new int[0];

    private int[] queues = new int[1];
    private int[] bindings = new int[1];
    private int size;
    /** Open addressing by queue: slot holds place + 1, 0 = free. Kept only above LINEAR_MAX queues. */
    private int[] index = NO_INDEX;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** Counts one more binding to that queue. */
    void add(int queue) {
        int place = find(queue);
        if (place >= 0) {
            bindings[place]++;
            return;
        }
        if (size == queues.length) {
            queues = Arrays.copyOf(queues, size * 2);
            bindings = Arrays.copyOf(bindings, size * 2);
        }
        queues[size] = queue;
        bindings[size] = 1;
        size++;
        if (size > LINEAR_MAX) {
            if (size * 2 > index.length) {
                rebuildIndex();
            } else {
                indexPlace(size - 1);
            }
        }
    }

    /** Counts one binding less to that queue, which must be there. */
    void remove(int queue) {
        int place = find(queue);
        if (place < 0) {
            throw new IllegalStateException("queue " + queue + " is not bound here");
        }
        if (--bindings[place] > 0) {
            return;
        }
        int last = size - 1;
        if (index.length > 0) {
            freeSlot(slotOf(queue));
            if (place != last) {
                index[slotOf(queues[last])] = place + 1;
            }
        }
        queues[place] = queues[last];
        bindings[place] = bindings[last];
        size = last;
        shrink();
    }

    /** The i-th destination, 0 &lt;= i &lt; size; removing one moves another into its place. */
    int at(int index) {
        return queues[index];
    }

    void addTo(Targets targets) {
        for (int i = 0; i < size; i++) {
            targets.add(queues[i]);
        }
    }

    private void shrink() {
        if (size <= LINEAR_MAX) {
            index = NO_INDEX;
        }
        if (queues.length > LINEAR_MAX && size < queues.length / 4) {
            queues = Arrays.copyOf(queues, queues.length / 2);
            bindings = Arrays.copyOf(bindings, bindings.length / 2);
            if (size > LINEAR_MAX) {
                rebuildIndex();
            }
        }
    }

    private int find(int queue) {
        if (index.length > 0) {
            return index[slotOf(queue)] - 1;
        }
        for (int i = 0; i < size; i++) {
            if (queues[i] == queue) {
                return i;
            }
        }
        return -1;
    }

    private void rebuildIndex() {
        index = new int[Integer.highestOneBit(queues.length) * 4];
        for (int place = 0; place < size; place++) {
            indexPlace(place);
        }
    }

    private void indexPlace(int place) {
        index[slotOf(queues[place])] = place + 1;
    }

    /** The slot that holds the queue, or the free one where it would go. */
    private int slotOf(int queue) {
        int mask = index.length - 1;
        int slot = home(queue, mask);
        while (index[slot] != 0 && queues[index[slot] - 1] != queue) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** Frees a slot and moves up what had been pushed behind it, so that no search ends too early. */
    private void freeSlot(int free) {
        int mask = index.length - 1;
        int slot = free;
        while (true) {
            slot = (slot + 1) & mask;
            if (index[slot] == 0) {
                index[free] = 0;
                return;
            }
            int home = home(queues[index[slot] - 1], mask);
            if (((slot - home) & mask) >= ((slot - free) & mask)) {
                index[free] = index[slot];
                free = slot;
            }
        }
    }

    private static int home(int queue, int mask) {
        int mixed = queue * 0x9E3779B9;
        return (mixed ^ mixed >>> 15) & mask;
    }
}
