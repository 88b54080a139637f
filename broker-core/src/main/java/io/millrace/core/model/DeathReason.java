package io.millrace.core.model;

import org.jspecify.annotations.Nullable;

/** Why a message left a queue against its publisher's wish. */
public enum DeathReason {
    /** A consumer refused it for good. */
    REJECTED(0, "rejected"),
    /** Its time ran out. */
    EXPIRED(1, "expired"),
    /** The queue was full, by messages or by bytes. */
    MAXLEN(2, "maxlen"),
    /** It was given back more often than the queue allows. */
    DELIVERY_LIMIT(3, "delivery_limit");

    private static final DeathReason[] BY_CODE = {REJECTED, EXPIRED, MAXLEN, DELIVERY_LIMIT};

    private final int code;
    private final String text;

    DeathReason(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /** The word that both protocols use for it. */
    public String text() {
        return text;
    }

    /** The reason that both protocols call so, or null if there is none. */
    public static @Nullable DeathReason of(String text) {
        for (DeathReason reason : BY_CODE) {
            if (reason.text.equals(text)) {
                return reason;
            }
        }
        return null;
    }

    /** Its number in stored records; never changes. */
    int code() {
        return code;
    }

    /**
     * The reason with that number.
     *
     * @throws IllegalArgumentException if there is none
     */
    static DeathReason of(int code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new IllegalArgumentException(
                    "a stored death has reason " + code + ", expected 0 to " + (BY_CODE.length - 1));
        }
        return BY_CODE[code];
    }
}
