package io.millrace.server.demo;

import java.util.ArrayList;
import java.util.List;

/** What was passed over in a source: all of it is counted, the first few are named. */
final class Skipped {
    private static final int NAMED_MAX = 5;

    private final List<String> named = new ArrayList<>();
    private long count;

    /** Counts one, with what it was and why. */
    void add(String what) {
        count++;
        if (named.size() < NAMED_MAX) {
            named.add(what);
        }
    }

    long count() {
        return count;
    }

    /** Lines for people: those that are named and how many are not. */
    List<String> lines() {
        List<String> lines = new ArrayList<>(named);
        if (count > named.size()) {
            lines.add("and " + (count - named.size()) + " more");
        }
        return lines;
    }
}
