package io.millrace.core.system;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What a user may do in one virtual host: for each kind of access a regular expression that a resource's name has to
 * contain a match of. An empty expression allows nothing.
 *
 * @param configure to create and delete
 * @param write to put messages in
 * @param read to take messages out
 */
public record Permissions(String configure, String write, String read) {

    /** Everything. */
    public static final Permissions ALL = new Permissions(".*", ".*", ".*");

    /** Longest expression, characters. */
    public static final int EXPRESSION_CHARS_MAX = 4096;

    /** Checks the expressions. */
    public Permissions {
        check("configure", configure);
        check("write", write);
        check("read", read);
    }

    /**
     * The expression as a pattern to look for; the empty one matches empty names only, and no resource has such a name.
     *
     * @param expression one of this record's
     */
    public static Pattern pattern(String expression) {
        return Pattern.compile(expression.isEmpty() ? "^$" : expression);
    }

    private static void check(String kind, String expression) {
        if (expression.length() > EXPRESSION_CHARS_MAX) {
            throw new BrokerException(
                    ErrorCode.PRECONDITION_FAILED,
                    "invalid " + kind + " permission: " + expression.length() + " characters, at most "
                            + EXPRESSION_CHARS_MAX + " are allowed");
        }
        try {
            Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new BrokerException(
                    ErrorCode.PRECONDITION_FAILED,
                    "invalid " + kind + " permission '" + expression + "': not a regular expression: "
                            + e.getDescription() + " near index " + e.getIndex());
        }
    }
}
