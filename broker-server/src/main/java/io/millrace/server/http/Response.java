package io.millrace.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;

/**
 * What is answered.
 *
 * @param status the HTTP status
 * @param headers besides the usual ones
 * @param body what writes the body
 */
record Response(int status, Map<String, String> headers, Body body) {
    private static final Body NOTHING = out -> {};

    /** Writes a body; may block, and may take long. */
    @FunctionalInterface
    interface Body {
        void write(JsonGenerator out) throws IOException;
    }

    static Response ok(JsonNode node) {
        return json(200, node);
    }

    static Response json(int status, JsonNode node) {
        return new Response(status, Map.of(), out -> out.writeTree(node));
    }

    static Response stream(Body body) {
        return new Response(200, Map.of(), body);
    }

    /** Done, and nothing more to say. */
    static Response done() {
        return new Response(204, Map.of(), NOTHING);
    }

    /** Put: it is new, or it was there. */
    static Response put(boolean created) {
        return new Response(created ? 201 : 204, Map.of(), NOTHING);
    }

    static Response refused(Refusal why) {
        return json(why.status(), Json.object().put("error", why.error()).put("reason", why.reason()));
    }

    boolean hasBody() {
        return body != NOTHING;
    }
}
