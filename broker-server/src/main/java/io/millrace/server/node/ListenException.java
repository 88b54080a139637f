package io.millrace.server.node;

import java.io.IOException;

/** Clients cannot be served at an address: it is taken, or does not exist here. */
public final class ListenException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param text the address and what to do
     * @param cause what the system said
     */
    ListenException(String text, Throwable cause) {
        super(text, cause);
    }
}
