package io.millrace.core.vhost;

import java.util.List;

/**
 * A piece of a long list.
 *
 * @param items what is in it; immutable
 * @param next where the next page begins, {@link #END} behind the last
 * @param <T> of what
 */
public record Page<T>(List<T> items, int next) {
    /** There is nothing more. */
    public static final int END = -1;

    /** Copies the items. */
    public Page {
        items = List.copyOf(items);
    }

    /** Whether another page follows. */
    public boolean hasNext() {
        return next != END;
    }
}
