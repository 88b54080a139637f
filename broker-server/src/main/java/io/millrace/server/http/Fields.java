package io.millrace.server.http;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads the members of a body; refuses those of the wrong type. */
final class Fields {
    private Fields() {}

    static boolean flag(JsonNode body, String name, boolean otherwise) {
        JsonNode value = body.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isTextual()
                && (value.textValue().equals("true") || value.textValue().equals("false"))) {
            return value.textValue().equals("true");
        }
        throw Refusal.badRequest(name + " has to be true or false, got " + value);
    }

    /** A text that has to be there. */
    static String text(JsonNode body, String name) {
        JsonNode value = body.path(name);
        if (value.isTextual()) {
            return value.textValue();
        }
        throw Refusal.badRequest(
                value.isMissingNode() || value.isNull()
                        ? name + " is missing"
                        : name + " has to be a string, got " + Json.kind(value));
    }

    static String text(JsonNode body, String name, String otherwise) {
        JsonNode value = body.path(name);
        return value.isMissingNode() || value.isNull() ? otherwise : text(body, name);
    }

    static int integer(JsonNode body, String name, int otherwise) {
        JsonNode value = body.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (value.isIntegralNumber() && value.canConvertToInt()) {
            return value.intValue();
        }
        throw Refusal.badRequest(name + " has to be an integer, got " + value);
    }
}
