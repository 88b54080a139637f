package io.millrace.core.feature;

/** What a full queue does. */
public enum Overflow {
    /** The message at its head dies, the newcomer enters. */
    DROP_HEAD("drop-head"),
    /** The newcomer is refused. */
    REJECT_PUBLISH("reject-publish"),
    /** The newcomer is refused, and goes as a dead letter where those of the queue go. */
    REJECT_PUBLISH_DLX("reject-publish-dlx");

    private final String text;

    Overflow(String text) {
        this.text = text;
    }

    /** The behaviour that arguments and policies call so; anything else, or null, is the default. */
    static Overflow of(@org.jspecify.annotations.Nullable String text) {
        for (Overflow overflow : values()) {
            if (overflow.text.equals(text)) {
                return overflow;
            }
        }
        return DROP_HEAD;
    }
}
