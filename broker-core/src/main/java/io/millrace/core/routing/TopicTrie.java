package io.millrace.core.routing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The patterns of a topic exchange, one node for each distinct beginning of a pattern.
 *
 * <p>Matching walks the key once, word by word, with the set of nodes that the words so far lead to. A node enters that
 * set at most once for a word, so the work is bounded by words × nodes on matching paths; patterns that do not match the
 * beginning of the key cost nothing, and there is no backtracking that many {@code #} could blow up.
 *
 * <p>The node of a {@code #} is entered once in a walk and waits from then on. What lies between two of them need be found
 * only once, at its first place; then the first of them is done, unless more than one pattern goes on from it. So of a
 * pattern with many {@code #} only one waits at a time. Owner's thread only.
 */
final class TopicTrie {
    /** The number of the word {@code *}. */
    static final int ONE = -1;
    /** The number of the word {@code #}. */
    static final int MANY = -2;

    /** A word that no pattern has. */
    private static final int UNKNOWN = -3;

    private final TopicNode root = new TopicNode(null, UNKNOWN);
    private final Map<String, Word> words = new HashMap<>();
    private final List<Word> byNumber = new ArrayList<>();
    private final List<Word> free = new ArrayList<>();

    private TopicNode[] current = new TopicNode[16];
    private TopicNode[] next = new TopicNode[16];
    /** Nodes of a {@code #} that were entered in this walk and wait for words of theirs. */
    private TopicNode[] open = new TopicNode[16];

    private int openSize;
    private int nextSize;
    private int[] split = new int[16];
    private long step;
    /** The first step of the walk that is under way. */
    private long firstStep;

    private long visited;
    private int nodes = 1;

    /** A word that patterns have: its number and how many nodes it leads to. */
    private static final class Word {
        final int number;
        String text;
        int uses;

        Word(int number, String text) {
            this.number = number;
            this.text = text;
        }
    }

    /** Counts one binding of that queue by that pattern. */
    void add(String pattern, int queue) {
        TopicNode node = root;
        for (String word : normalized(pattern)) {
            node = followOrGrow(node, word);
        }
        BoundQueues queues = node.queues;
        if (queues == null) {
            queues = new BoundQueues();
            node.queues = queues;
        }
        queues.add(queue);
    }

    /** Counts one binding less; it must be there. Nodes that lead nowhere any more are removed. */
    void remove(String pattern, int queue) {
        TopicNode node = root;
        for (String word : normalized(pattern)) {
            int number = numberOf(word);
            TopicNode child = number == UNKNOWN ? null : node.follow(number);
            if (child == null) {
                throw new IllegalStateException("nothing is bound with the pattern '" + pattern + "'");
            }
            node = child;
        }
        BoundQueues queues = node.queues;
        if (queues == null) {
            throw new IllegalStateException("nothing is bound with the pattern '" + pattern + "'");
        }
        queues.remove(queue);
        if (queues.isEmpty()) {
            node.queues = null;
            prune(node);
        }
    }

    /** Adds every queue that has a pattern which matches that key; stops if the targets' steps are spent. */
    void match(String key, Targets targets) {
        int count = splitKey(key);
        step++;
        firstStep = step;
        nextSize = 0;
        openSize = 0;
        enter(root, targets);
        for (int i = 0; i < count; i++) {
            int size = swap();
            if (size + openSize == 0 || !targets.spend(size + openSize)) {
                return;
            }
            step++;
            advanceOpen(split[i], targets);
            for (int n = 0; n < size; n++) {
                advance(current[n], split[i], targets);
            }
        }
        for (int n = 0; n < nextSize; n++) {
            BoundQueues queues = next[n].queues;
            if (queues != null) {
                queues.addTo(targets);
            }
        }
    }

    /** How many nodes all walks have entered or asked for a word so far: the measure of what matching costs. */
    long visited() {
        return visited;
    }

    /** How many nodes there are, the root included. */
    int nodes() {
        return nodes;
    }

    /** How many distinct words the patterns have, wildcards not counted. */
    int distinctWords() {
        return words.size();
    }

    private void advance(TopicNode node, int word, Targets targets) {
        if (node.one != null) {
            enter(node.one, targets);
        }
        if (word != UNKNOWN) {
            TopicNode child = node.child(word);
            if (child != null) {
                enter(child, targets);
            }
        }
    }

    /** Lets the nodes of a {@code #} take a word, those that were there before it, and forgets those that are done. */
    private void advanceOpen(int word, Targets targets) {
        int before = openSize;
        visited += before;
        if (word == UNKNOWN) {
            return;
        }
        int kept = 0;
        for (int n = 0; n < before; n++) {
            TopicNode node = open[n];
            TopicNode child = node.child(word);
            if (child != null) {
                enter(child, targets);
            }
            if (child == null || !child.leadsToManyAlone() || !node.hasOnlyOneChild()) {
                open[kept++] = node;
            }
        }
        System.arraycopy(open, before, open, kept, openSize - before);
        openSize -= before - kept;
    }

    private void enter(TopicNode node, Targets targets) {
        if (node.enteredAt == step) {
            return;
        }
        if (node.word == MANY) {
            enterMany(node, targets);
            return;
        }
        node.enteredAt = step;
        visited++;
        if (!node.leadsToManyAlone()) {
            if (nextSize == next.length) {
                next = Arrays.copyOf(next, nextSize * 2);
            }
            next[nextSize++] = node;
        }
        if (node.many != null) {
            enter(node.many, targets);
        }
    }

    /** Enters the node of a {@code #}, once in a walk: what follows is taken by it, whether the key ends here or not. */
    private void enterMany(TopicNode node, Targets targets) {
        if (node.enteredAt >= firstStep) {
            return;
        }
        node.enteredAt = step;
        visited++;
        if (node.queues != null) {
            node.queues.addTo(targets);
        }
        if (node.hasChildren()) {
            if (openSize == open.length) {
                open = Arrays.copyOf(open, openSize * 2);
            }
            open[openSize++] = node;
        }
    }

    private int swap() {
        TopicNode[] swapped = current;
        current = next;
        next = swapped;
        int size = nextSize;
        nextSize = 0;
        return size;
    }

    /** Fills {@link #split} with the numbers of the key's words; an empty key has none. */
    private int splitKey(String key) {
        int length = key.length();
        if (length == 0) {
            return 0;
        }
        int count = 0;
        int from = 0;
        while (true) {
            int dot = key.indexOf('.', from);
            if (count == split.length) {
                split = Arrays.copyOf(split, count * 2);
            }
            Word word = words.get(key.substring(from, dot < 0 ? length : dot));
            split[count++] = word == null ? UNKNOWN : word.number;
            if (dot < 0) {
                return count;
            }
            from = dot + 1;
        }
    }

    /**
     * The pattern's words, in each run of wildcards all {@code *} first and at most one {@code #}, which matches the same
     * keys: so {@code #.#.#} is one node that is entered once.
     */
    private static List<String> normalized(String pattern) {
        List<String> result = new ArrayList<>();
        if (pattern.isEmpty()) {
            return result;
        }
        boolean many = false;
        int from = 0;
        while (from <= pattern.length()) {
            int dot = pattern.indexOf('.', from);
            int to = dot < 0 ? pattern.length() : dot;
            String word = pattern.substring(from, to);
            from = to + 1;
            if (word.equals("#")) {
                many = true;
                continue;
            }
            if (many && !word.equals("*")) {
                result.add("#");
                many = false;
            }
            result.add(word);
        }
        if (many) {
            result.add("#");
        }
        return result;
    }

    private TopicNode followOrGrow(TopicNode node, String text) {
        int number = numberOf(text);
        TopicNode child = number == UNKNOWN ? null : node.follow(number);
        if (child != null) {
            return child;
        }
        if (number == UNKNOWN) {
            number = learn(text);
        }
        if (number >= 0) {
            byNumber.get(number).uses++;
        }
        nodes++;
        return node.grow(number);
    }

    private void prune(TopicNode leaf) {
        TopicNode node = leaf;
        while (node.parent != null && node.queues == null && !node.hasChildren()) {
            TopicNode parent = node.parent;
            parent.prune(node);
            nodes--;
            if (node.word >= 0) {
                release(byNumber.get(node.word));
            }
            node = parent;
        }
    }

    private int numberOf(String text) {
        if (text.equals("*")) {
            return ONE;
        }
        if (text.equals("#")) {
            return MANY;
        }
        Word word = words.get(text);
        return word == null ? UNKNOWN : word.number;
    }

    private int learn(String text) {
        Word word;
        if (free.isEmpty()) {
            word = new Word(byNumber.size(), text);
            byNumber.add(word);
        } else {
            word = free.remove(free.size() - 1);
            word.text = text;
        }
        words.put(text, word);
        return word.number;
    }

    private void release(Word word) {
        if (--word.uses == 0) {
            words.remove(word.text);
            word.text = "";
            free.add(word);
        }
    }
}
