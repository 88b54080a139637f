package io.millrace.core.disk;

import java.io.IOException;

/** The disk, or the share of it that the broker may use, is full. What was written so far stays. */
public final class DiskFullException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param text the file and what was to be done with it
     * @param cause what the system said
     */
    public DiskFullException(String text, Throwable cause) {
        super(text, cause);
    }

    /** @param text the file and what was to be done with it */
    public DiskFullException(String text) {
        super(text);
    }
}
