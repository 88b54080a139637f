package io.millrace.core.vhost;

import io.millrace.core.routing.DelayedExchange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The queues of a virtual host, by name and by number. Numbers are never used again, so their blocks come and go. */
final class QueueTable {
    private static final int BLOCK_SHIFT = 8;
    private static final int BLOCK = 1 << BLOCK_SHIFT;

    private static final class Block {
        final @Nullable Queue[] queues = new @Nullable Queue[BLOCK];
        int used;
    }

    private final Map<String, Queue> byName = new LinkedHashMap<>();
    private final Map<String, Queue> hidden = new LinkedHashMap<>();
    private @Nullable Block[] blocks = new @Nullable Block[16];
    private int nextId = 1;

    /** The number that the next queue gets. */
    int nextId() {
        return nextId;
    }

    void nextId(int next) {
        nextId = Math.max(nextId, next);
    }

    void add(Queue queue) {
        (queue.isHidden() ? hidden : byName).put(queue.name(), queue);
        int number = queue.id() >>> BLOCK_SHIFT;
        if (number >= blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.max(number + 1, blocks.length * 2));
        }
        Block block = blocks[number];
        if (block == null) {
            block = new Block();
            blocks[number] = block;
        }
        block.queues[queue.id() & (BLOCK - 1)] = queue;
        block.used++;
        nextId = Math.max(nextId, queue.id() + 1);
    }

    void remove(Queue queue) {
        (queue.isHidden() ? hidden : byName).remove(queue.name());
        int number = queue.id() >>> BLOCK_SHIFT;
        Block block = blocks[number];
        if (block != null) {
            block.queues[queue.id() & (BLOCK - 1)] = null;
            if (--block.used == 0) {
                blocks[number] = null;
            }
        }
    }

    /** The queue of that name, or null if there is none; never a hidden one. */
    @Nullable
    Queue named(String name) {
        return byName.get(name);
    }

    /** The queue of that number, or null if it is gone. */
    @Nullable
    Queue numbered(int id) {
        int number = id >>> BLOCK_SHIFT;
        Block block = id < 0 || number >= blocks.length ? null : blocks[number];
        return block == null ? null : block.queues[id & (BLOCK - 1)];
    }

    /** All, the hidden ones behind the others: for what keeps and moves messages. */
    Collection<Queue> all() {
        if (hidden.isEmpty()) {
            return visible();
        }
        List<Queue> all = new ArrayList<>(byName.values());
        all.addAll(hidden.values());
        return all;
    }

    /** All that clients can know of. */
    Collection<Queue> visible() {
        return Collections.unmodifiableCollection(byName.values());
    }

    /** Those that clients cannot know of. */
    Collection<Queue> hidden() {
        return Collections.unmodifiableCollection(hidden.values());
    }

    /** The hidden queue of that exchange, or null. */
    @Nullable
    Queue keeper(String exchange) {
        return hidden.isEmpty() ? null : hidden.get(DelayedExchange.keeper(exchange));
    }
}
