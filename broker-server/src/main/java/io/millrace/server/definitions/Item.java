package io.millrace.server.definitions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** One definition of a file, read field by field; knows at the end which fields nobody has asked for. */
final class Item {
    private final JsonNode json;
    private final String path;
    private final Set<String> asked = new HashSet<>();

    Item(JsonNode json, String path) {
        this.json = json;
        this.path = path;
        if (!json.isObject()) {
            throw refused("expected an object, got " + kind(json));
        }
    }

    String path() {
        return path;
    }

    /** A text that has to be there. */
    String text(String field) {
        JsonNode value = field(field);
        if (value.isTextual()) {
            return value.textValue();
        }
        throw refused("field '" + field + "': expected a string, got " + kind(value));
    }

    String text(String field, String otherwise) {
        return has(field) ? text(field) : otherwise;
    }

    boolean flag(String field, boolean otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        JsonNode value = field(field);
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        throw refused("field '" + field + "': expected true or false, got " + kind(value));
    }

    long number(String field, long otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        JsonNode value = field(field);
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return value.longValue();
        }
        throw refused("field '" + field + "': expected an integer, got " + kind(value));
    }

    /** Texts in an array, or in one text with commas between them; none if the field is not there. */
    List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        JsonNode value = field(field);
        if (value.isTextual()) {
            for (String each : value.textValue().split(",", -1)) {
                if (!each.isBlank()) {
                    texts.add(each.strip());
                }
            }
        } else if (value.isArray()) {
            value.forEach(each -> {
                if (!each.isTextual()) {
                    throw refused("field '" + field + "': expected strings, got " + kind(each));
                }
                texts.add(each.textValue());
            });
        } else if (has(field)) {
            throw refused("field '" + field + "': expected an array of strings, got " + kind(value));
        }
        return texts;
    }

    /** An object of free arguments; none if the field is not there, or is the empty array that some exporters write. */
    Arguments arguments(String field) {
        JsonNode value = field(field);
        if (!has(field) || (value.isArray() && value.isEmpty())) {
            return Arguments.NONE;
        }
        if (!value.isObject()) {
            throw refused("field '" + field + "': expected an object, got " + kind(value));
        }
        try {
            return ArgumentsJson.read(value);
        } catch (IllegalArgumentException e) {
            throw refused("field '" + field + "': " + e.getMessage());
        }
    }

    /** An object within; empty if the field is not there. */
    Item item(String field) {
        JsonNode value = field(field);
        if (!has(field) || (value.isArray() && value.isEmpty())) {
            return new Item(JsonNodeFactory.instance.objectNode(), path + "." + field);
        }
        return new Item(value, path + "." + field);
    }

    /** Any value. */
    JsonNode any(String field) {
        return field(field);
    }

    boolean has(String field) {
        return !field(field).isMissingNode() && !field(field).isNull();
    }

    /** Says that these fields are known and mean nothing here. */
    void passOver(String... fields) {
        asked.addAll(List.of(fields));
    }

    /** Hands over the paths of fields that nobody has asked for. */
    void forEachUnknown(Consumer<String> consumer) {
        json.fieldNames().forEachRemaining(name -> {
            if (!asked.contains(name)) {
                consumer.accept(path + "." + name);
            }
        });
    }

    BrokerException refused(String why) {
        return new BrokerException(ErrorCode.PRECONDITION_FAILED, why);
    }

    private JsonNode field(String name) {
        asked.add(name);
        return json.path(name);
    }

    private static String kind(JsonNode value) {
        if (value.isMissingNode()) {
            return "nothing";
        }
        String text = value.toString();
        return text.length() > 100 ? text.substring(0, 100) + "…" : text;
    }
}
