package io.millrace.config;

/** The text of a value is not what its key takes. The message completes the sentence "the value …". */
public final class InvalidValueException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidValueException(String message) {
        super(message);
    }
}
