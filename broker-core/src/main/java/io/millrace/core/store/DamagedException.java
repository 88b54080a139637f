package io.millrace.core.store;

import java.io.IOException;

/** Stored bytes are not those that were written. The text names the file, the place and what was expected. */
public final class DamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param text the file, the place, what was expected and what was found */
    public DamagedException(String text) {
        super(text);
    }
}
