package io.millrace.core.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A log that cannot be opened, read or written. The text names the file, what is wrong with it and what to do. */
public final class LogException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What kind of trouble it is; decides the exit code. */
    public enum Kind {
        /** Another process holds the directory. */
        LOCKED,
        /** Written by a newer version; left untouched. */
        NEWER_FORMAT,
        /** Bytes that were proven durable are not there or not the same. */
        CORRUPT,
        /** The system refused to read, write or flush. */
        IO
    }

    private final Kind kind;

    /**
     * @param kind what kind of trouble it is
     * @param text the file, what is wrong, what to do
     * @param cause what the system said, if it said something
     */
    public LogException(Kind kind, String text, @Nullable Throwable cause) {
        super(text, cause);
        this.kind = kind;
    }

    /** What kind of trouble it is. */
    public Kind kind() {
        return kind;
    }
}
