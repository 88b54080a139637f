package io.millrace.core.routing;

import org.jspecify.annotations.Nullable;

/**
 * A place in a {@link TopicTrie}: what follows a run of words.
 *
 * <p>Children are found by the number that the trie gave to their word, by open addressing, so that a place with a
 * hundred thousand children costs the same as one with two.
 */
final class TopicNode {
    private static final TopicNode[] NO_CHILDREN = new TopicNode[0];

    final @Nullable TopicNode parent;
    /** The word that leads here, {@link TopicTrie#ONE} or {@link TopicTrie#MANY}. */
    final int word;

    @Nullable
    TopicNode one;

    @Nullable
    TopicNode many;

    @Nullable
    BoundQueues queues;
    /** The step of the walk that came here last: a place is entered once in each step, that of a # once in a walk. */
    long enteredAt;

    private TopicNode[] children = NO_CHILDREN;
    private int childCount;

    TopicNode(@Nullable TopicNode parent, int word) {
        this.parent = parent;
        this.word = word;
    }

    boolean hasChildren() {
        return childCount > 0 || one != null || many != null;
    }

    /** Whether all that matters here is that a {@code #} follows: no pattern ends or goes on otherwise. */
    boolean leadsToManyAlone() {
        return many != null && childCount == 0 && one == null && queues == null;
    }

    /** Whether exactly one word can follow, and no wildcard. */
    boolean hasOnlyOneChild() {
        return childCount == 1 && one == null && many == null;
    }

    @Nullable
    TopicNode child(int wordNumber) {
        if (childCount == 0) {
            return null;
        }
        return children[slotOf(wordNumber)];
    }

    @Nullable
    TopicNode follow(int wordNumber) {
        return wordNumber == TopicTrie.ONE ? one : wordNumber == TopicTrie.MANY ? many : child(wordNumber);
    }

    /** Adds the child for that word, which is not there yet. */
    TopicNode grow(int wordNumber) {
        TopicNode node = new TopicNode(this, wordNumber);
        if (wordNumber == TopicTrie.ONE) {
            one = node;
        } else if (wordNumber == TopicTrie.MANY) {
            many = node;
        } else {
            if ((childCount + 1) * 2 > children.length) {
                resize(Math.max(2, children.length * 2));
            }
            children[slotOf(wordNumber)] = node;
            childCount++;
        }
        return node;
    }

    void prune(TopicNode child) {
        if (child.word == TopicTrie.ONE) {
            one = null;
        } else if (child.word == TopicTrie.MANY) {
            many = null;
        } else {
            freeSlot(slotOf(child.word));
            childCount--;
            if (childCount == 0) {
                children = NO_CHILDREN;
            } else if (children.length > 8 && childCount * 8 < children.length) {
                resize(children.length / 2);
            }
        }
    }

    private void resize(int capacity) {
        TopicNode[] old = children;
        children = new TopicNode[capacity];
        for (TopicNode child : old) {
            if (child != null) {
                children[slotOf(child.word)] = child;
            }
        }
    }

    private int slotOf(int wordNumber) {
        int mask = children.length - 1;
        int slot = home(wordNumber, mask);
        while (children[slot] != null && children[slot].word != wordNumber) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    @SuppressWarnings("NullAway") // free slots of the table are null
    private void freeSlot(int free) {
        int mask = children.length - 1;
        int slot = free;
        while (true) {
            slot = (slot + 1) & mask;
            if (children[slot] == null) {
                children[free] = null;
                return;
            }
            int home = home(children[slot].word, mask);
            if (((slot - home) & mask) >= ((slot - free) & mask)) {
                children[free] = children[slot];
                free = slot;
            }
        }
    }

    private static int home(int wordNumber, int mask) {
        int mixed = wordNumber * 0x9E3779B9;
        return (mixed ^ mixed >>> 15) & mask;
    }
}
