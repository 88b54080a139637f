package io.millrace.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Definitions as one file. On threads that may block. */
public interface DefinitionsAdmin {
    /**
     * Writes them; users' password hashes are in it.
     *
     * @param virtualHost of that virtual host only, which is there; null is everything
     */
    ObjectNode export(@Nullable String virtualHost);

    /**
     * Makes so what the file defines, each definition by itself.
     *
     * @param virtualHost into that virtual host only, which is there; null is everything
     * @return {@code imported}: how many by section; {@code problems}: a list of {@code path}, {@code reason} and
     *     {@code refused}
     * @throws NotDefinitions nothing was done
     */
    ObjectNode load(@Nullable String virtualHost, byte[] json) throws NotDefinitions;

    /** The bytes are no definitions. */
    final class NotDefinitions extends Exception {
        private static final long serialVersionUID = 1L;

        /** @param message why */
        public NotDefinitions(String message) {
            super(message);
        }
    }
}
