package io.millrace.server.definitions;

/** Bytes that are no definitions at all: nothing of them was carried out. */
public final class DefinitionsException extends Exception {
    private static final long serialVersionUID = 1L;

    DefinitionsException(String text) {
        super(text);
    }
}
