package io.millrace.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Limits of users and virtual hosts, by their names. */
final class Limits {
    static final String CONNECTIONS = "max-connections";
    static final String CHANNELS = "max-channels";
    static final String QUEUES = "max-queues";
    /** There is none. */
    static final long NONE = -1;

    private Limits() {}

    /** The limit that the path names, one of these. */
    static String name(Call call, String... allowed) {
        String name = call.part("limit");
        if (!List.of(allowed).contains(name)) {
            throw Refusal.badRequest("there is no limit '" + name + "'; use one of " + String.join(", ", allowed));
        }
        return name;
    }

    static long value(Call call) {
        JsonNode value = call.object().path("value");
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw Refusal.badRequest("value has to be an integer, -1 for no limit");
        }
        return value.longValue();
    }

    static void put(ObjectNode into, String name, long value) {
        if (value != NONE) {
            into.put(name, value);
        }
    }
}
