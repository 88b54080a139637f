package io.millrace.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that may be carried out.
 *
 * @param caller who asks
 * @param path the variable parts of the path, decoded
 * @param query the parameters behind the question mark
 * @param headers those that routes care about, by their names in small letters
 * @param body the bytes, empty if there are none
 */
record Call(
        Caller caller, Map<String, String> path, Map<String, String> query, Map<String, String> headers, byte[] body) {

    /** That part of the path. */
    String part(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalStateException("the route has no part " + name);
        }
        return value;
    }

    @Nullable
    String parameter(String name) {
        return query.get(name);
    }

    boolean flag(String name) {
        String value = query.get(name);
        return value != null && (value.isEmpty() || value.equals("true") || value.equals("1"));
    }

    /** The body, which has to be an object; an empty one if there is none. */
    JsonNode object() {
        if (body.length == 0) {
            return Json.object();
        }
        JsonNode read = Json.read(body);
        if (!read.isObject()) {
            throw new Refusal(400, "not_json", "the body has to be a JSON object, got " + Json.kind(read));
        }
        return read;
    }
}
