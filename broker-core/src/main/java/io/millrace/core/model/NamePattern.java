package io.millrace.core.model;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression that somebody gave for names of resources or for routing keys, looked for in them with bounded
 * effort. Immutable; any thread.
 *
 * <p>The syntax is that of {@link Pattern}, because expressions in use look ahead and back. Matching may therefore go
 * back over the name again and again; an expression written for it takes years for a name of 40 characters. So each
 * search may look at {@value #STEPS_MAX} characters, about a millisecond, and finds nothing if that is not enough.
 */
public final class NamePattern {
    /** Longest expression, characters. */
    public static final int EXPRESSION_CHARS_MAX = 4096;

    /** Characters that one search may look at. */
    public static final int STEPS_MAX = 100_000;

    /** What most permissions consist of; made once, not for each connection. */
    private static final NamePattern EVERYTHING = new NamePattern(Pattern.compile(".*"), ".*");

    private static final NamePattern NOTHING = new NamePattern(Pattern.compile(""), "");

    private final Pattern pattern;
    private final boolean everything;
    private final boolean nothing;

    private NamePattern(Pattern pattern, String expression) {
        this.pattern = pattern;
        this.everything = expression.equals(".*") || expression.equals("^.*$") || expression.equals("^.*");
        this.nothing = expression.isEmpty() || expression.equals("^$");
    }

    /**
     * A pattern of an expression that was {@linkplain #check checked} when it was given. Never refuses, because what was
     * stored once has to stay readable: one that cannot be used is found nowhere.
     */
    public static NamePattern of(String expression) {
        if (expression.isEmpty()) {
            return NOTHING;
        }
        if (expression.equals(".*")) {
            return EVERYTHING;
        }
        try {
            return new NamePattern(Pattern.compile(expression), expression);
        } catch (PatternSyntaxException | StackOverflowError unusable) {
            return new NamePattern(Pattern.compile("(?!)"), expression);
        }
    }

    /**
     * Checks an expression.
     *
     * @param subject what the expression is, for the text of a refusal
     * @throws BrokerException {@link ErrorCode#PRECONDITION_FAILED} if it is none, too long or too deep
     */
    public static void check(String subject, String expression) {
        if (expression.length() > EXPRESSION_CHARS_MAX) {
            throw refused(
                    subject, expression.length() + " characters, at most " + EXPRESSION_CHARS_MAX + " are allowed");
        }
        try {
            Pattern.compile(expression);
            if (EmptyChoices.tooMany(expression)) {
                throw refused(subject, "too many choices between parts that may be empty; write it without them");
            }
        } catch (PatternSyntaxException e) {
            throw refused(
                    subject,
                    "'" + expression + "' is not a regular expression: " + e.getDescription() + " near index "
                            + e.getIndex());
        } catch (StackOverflowError e) {
            throw refused(subject, "its groups are nested too deep");
        }
    }

    private static BrokerException refused(String subject, String why) {
        return new BrokerException(ErrorCode.PRECONDITION_FAILED, "invalid " + subject + ": " + why);
    }

    /** Whether it stands somewhere in that name; false as well if the search is given up. */
    public boolean in(String name) {
        if (everything) {
            return true;
        }
        try {
            return pattern.matcher(new Counted(name)).find();
        } catch (TooCostly | StackOverflowError givenUp) {
            return false;
        }
    }

    /** The same, but that an empty expression stands in no name, as in a permission. */
    public boolean permits(String name) {
        return !nothing && in(name);
    }

    /** Whether every name is found without a search. */
    public boolean isEverything() {
        return everything;
    }

    /** The expression. */
    @Override
    public String toString() {
        return pattern.pattern();
    }

    /** Text with these characters taken for themselves, as a part of an expression. */
    public static String quoted(String text) {
        return Pattern.quote(text);
    }

    private static final class TooCostly extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooCostly() {
            super("the search was given up", null, false, false);
        }
    }

    /** A name that counts how often it is looked at. */
    private static final class Counted implements CharSequence {
        private final String name;
        private int left = STEPS_MAX;

        Counted(String name) {
            this.name = name;
        }

        @Override
        public int length() {
            return name.length();
        }

        @Override
        public char charAt(int index) {
            if (--left < 0) {
                throw new TooCostly();
            }
            return name.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return name.subSequence(start, end);
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
