package io.millrace.core.simulation;

import java.util.ArrayDeque;

/** The last steps for people, and a number that stands for all of them. */
final class Trace {
    private static final int LINES = 60;
    private static final long PRIME = 0x100000001B3L;

    private final ArrayDeque<String> lines = new ArrayDeque<>();
    private long hash = 0xCBF29CE484222325L;

    void line(String line) {
        for (int i = 0; i < line.length(); i++) {
            hash = (hash ^ line.charAt(i)) * PRIME;
        }
        lines.addLast(line);
        if (lines.size() > LINES) {
            lines.removeFirst();
        }
    }

    /** Equal runs have equal ones. */
    long hash() {
        return hash;
    }

    @Override
    public String toString() {
        return String.join("\n  ", lines);
    }
}
