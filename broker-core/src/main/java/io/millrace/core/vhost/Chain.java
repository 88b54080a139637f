package io.millrace.core.vhost;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Consumers in an order, in which one is taken out or put at the end at once, however many there are: each brings the link
 * that it stands in the chain with.
 */
final class Chain implements Iterable<Consumer> {
    /** A consumer's place in one chain, or in none. */
    static final class Link {
        private final Consumer consumer;
        private @Nullable Link before;
        private @Nullable Link behind;
        private @Nullable Chain in;

        Link(Consumer consumer) {
            this.consumer = consumer;
        }
    }

    private @Nullable Link first;
    private @Nullable Link last;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The one that stands there longest, or null. */
    @Nullable
    Consumer first() {
        return first == null ? null : first.consumer;
    }

    /** Puts one that is in no chain with this link at the end. */
    void add(Link link) {
        if (link.in != null) {
            throw new IllegalStateException("the consumer is in a chain already");
        }
        link.in = this;
        link.before = last;
        if (last == null) {
            first = link;
        } else {
            last.behind = link;
        }
        last = link;
        size++;
    }

    /** Takes one out; false if it is not in. */
    boolean remove(Link link) {
        if (link.in != this) {
            return false;
        }
        if (link.before == null) {
            first = link.behind;
        } else {
            link.before.behind = link.behind;
        }
        if (link.behind == null) {
            last = link.before;
        } else {
            link.behind.before = link.before;
        }
        link.before = null;
        link.behind = null;
        link.in = null;
        size--;
        return true;
    }

    /** Those that are in now. */
    List<Consumer> copy() {
        List<Consumer> all = new ArrayList<>(size);
        forEach(all::add);
        return all;
    }

    /** From the first to the last; the chain must not change meanwhile. */
    @Override
    public Iterator<Consumer> iterator() {
        return new Iterator<>() {
            private @Nullable Link next = first;

            @Override
            public boolean hasNext() {
                return next != null;
            }

            @Override
            public Consumer next() {
                Link link = next;
                if (link == null) {
                    throw new NoSuchElementException("there are no more consumers");
                }
                next = link.behind;
                return link.consumer;
            }
        };
    }
}
