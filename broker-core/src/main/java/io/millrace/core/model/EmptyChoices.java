package io.millrace.core.model;

/**
 * Estimates in how many ways the parts of an expression can all match nothing. Such ways are gone through without a look
 * at the name, so that counting looks does not bound them: {@code (()|()){40}x} has 2^40 of them.
 *
 * <p>Cautious: what might match nothing counts as doing so, whether or not the ways are ever tried.
 */
final class EmptyChoices {
    /** Most ways that are let pass. */
    static final long WAYS_MAX = 4096;

    private static final int DEPTH_MAX = 200;

    private final String expression;
    private int at;

    /** A part: in how many ways it can match nothing, 0 if in none, and in how many its inner parts can before it fails. */
    private record Part(long empty, long tried) {}

    private EmptyChoices(String expression) {
        this.expression = expression;
    }

    /** Whether there are more than {@link #WAYS_MAX}, or groups too deep to say. */
    static boolean tooMany(String expression) {
        EmptyChoices scan = new EmptyChoices(expression);
        long ways = 1;
        while (scan.at < expression.length() && ways <= WAYS_MAX) {
            ways = times(ways, scan.alternatives(0).tried());
            // A closing bracket without an opening one is the compiler's business.
            scan.at++;
        }
        return ways > WAYS_MAX;
    }

    private Part alternatives(int depth) {
        if (depth > DEPTH_MAX) {
            return new Part(WAYS_MAX + 1, WAYS_MAX + 1);
        }
        long empty = 0;
        long tried = 0;
        while (true) {
            Part branch = sequence(depth);
            empty = Math.min(WAYS_MAX + 1, empty + branch.empty());
            tried = Math.min(WAYS_MAX + 1, tried + (branch.empty() > 0 || branch.tried() > 1 ? branch.tried() : 0));
            if (at >= expression.length() || expression.charAt(at) != '|') {
                return new Part(empty, Math.max(1, tried));
            }
            at++;
        }
    }

    private Part sequence(int depth) {
        long empty = 1;
        long tried = 1;
        while (at < expression.length() && expression.charAt(at) != '|' && expression.charAt(at) != ')') {
            Part atom = quantified(depth);
            tried = times(tried, atom.tried());
            empty = times(empty, atom.empty());
        }
        return new Part(empty, tried);
    }

    private Part quantified(int depth) {
        Part atom = atom(depth);
        while (at < expression.length()) {
            char c = expression.charAt(at);
            if (c == '*' || c == '?') {
                at++;
                atom = optional(atom);
            } else if (c == '+') {
                at++;
            } else if (c == '{') {
                int least = counted();
                Part once = atom;
                atom = least == 0 ? optional(once) : new Part(power(once.empty(), least), power(once.tried(), least));
            } else {
                break;
            }
        }
        return atom;
    }

    /** With or without it: one way more if it can match nothing itself. */
    private static Part optional(Part atom) {
        long ways = atom.empty() == 0 ? 1 : Math.min(WAYS_MAX + 1, atom.empty() + 1);
        return new Part(ways, Math.max(ways, atom.tried()));
    }

    /** Reads a count such as {@code {2,5}}; its lower bound. */
    private int counted() {
        int end = expression.indexOf('}', at);
        if (end < 0) {
            at = expression.length();
            return 1;
        }
        long least = 0;
        for (int i = at + 1; i < end && Character.isDigit(expression.charAt(i)); i++) {
            least = Math.min(WAYS_MAX, least * 10 + expression.charAt(i) - '0');
        }
        at = end + 1;
        return (int) least;
    }

    private Part atom(int depth) {
        char c = expression.charAt(at++);
        switch (c) {
            case '(' -> {
                return group(depth);
            }
            case '[' -> {
                skipClass();
                return new Part(0, 1);
            }
            case '\\' -> {
                return escaped();
            }
            case '^', '$' -> {
                return new Part(1, 1);
            }
            default -> {
                return new Part(0, 1);
            }
        }
    }

    private Part group(int depth) {
        boolean around = false;
        if (at < expression.length() && expression.charAt(at) == '?') {
            at++;
            // Looking around takes nothing from the name whatever stands in it; flags and names are skipped.
            around = at < expression.length() && "=!".indexOf(expression.charAt(at)) >= 0
                    || expression.startsWith("<=", at)
                    || expression.startsWith("<!", at);
            while (at < expression.length() && ":=!>)".indexOf(expression.charAt(at)) < 0) {
                at++;
            }
            if (at < expression.length() && expression.charAt(at) != ')') {
                at++;
            }
        }
        Part inner = alternatives(depth + 1);
        if (at < expression.length()) {
            at++;
        }
        return around ? new Part(Math.max(1, inner.empty()), inner.tried()) : inner;
    }

    private Part escaped() {
        if (at >= expression.length()) {
            return new Part(0, 1);
        }
        char c = expression.charAt(at++);
        if (c == 'Q') {
            int end = expression.indexOf("\\E", at);
            boolean nothing = end == at;
            at = end < 0 ? expression.length() : end + 2;
            return new Part(nothing ? 1 : 0, 1);
        }
        // Boundaries, and groups that may have matched nothing.
        return new Part("bBAGzZk123456789".indexOf(c) >= 0 ? 1 : 0, 1);
    }

    private void skipClass() {
        int open = 1;
        boolean first = true;
        while (at < expression.length() && open > 0) {
            char c = expression.charAt(at++);
            if (c == '\\') {
                at++;
            } else if (c == '[') {
                open++;
            } else if (c == ']' && !first) {
                open--;
            }
            first = first && c == '^';
        }
    }

    private static long times(long a, long b) {
        return a > WAYS_MAX || b > WAYS_MAX ? Math.min(a, b) == 0 ? 0 : WAYS_MAX + 1 : Math.min(WAYS_MAX + 1, a * b);
    }

    private static long power(long base, int exponent) {
        if (base <= 1) {
            return base;
        }
        long result = 1;
        for (int i = 0; i < exponent && result <= WAYS_MAX; i++) {
            result = times(result, base);
        }
        return result;
    }
}
