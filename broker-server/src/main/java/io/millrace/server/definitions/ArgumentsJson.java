package io.millrace.server.definitions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.model.Arguments;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Free arguments as JSON. What JSON has no type for becomes the nearest: time its seconds, bytes their text. */
public final class ArgumentsJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ArgumentsJson() {}

    /**
     * Reads arguments.
     *
     * @param json an object
     * @throws IllegalArgumentException if a number is larger than any that an argument can have
     */
    public static Arguments read(JsonNode json) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        json.properties().forEach(field -> values.put(field.getKey(), value(field.getValue())));
        return new Arguments(values);
    }

    /** Writes arguments. */
    public static ObjectNode write(Arguments arguments) {
        return object(arguments.values());
    }

    private static @Nullable Object value(JsonNode json) {
        if (json.isTextual()) {
            return json.textValue();
        } else if (json.isBoolean()) {
            return json.booleanValue();
        } else if (json.isIntegralNumber()) {
            if (!json.canConvertToLong()) {
                throw new IllegalArgumentException("the number " + json.asText() + " does not fit 64 bits");
            }
            return json.longValue();
        } else if (json.isNumber()) {
            return json.doubleValue();
        } else if (json.isArray()) {
            List<@Nullable Object> list = new ArrayList<>();
            json.forEach(each -> list.add(value(each)));
            return list;
        } else if (json.isObject()) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            json.properties().forEach(field -> map.put(field.getKey(), value(field.getValue())));
            return map;
        }
        return null;
    }

    private static ObjectNode object(Map<?, ?> values) {
        ObjectNode object = NODES.objectNode();
        values.forEach((name, value) -> object.set(String.valueOf(name), node(value)));
        return object;
    }

    private static JsonNode node(@Nullable Object value) {
        if (value instanceof String text) {
            return NODES.textNode(text);
        } else if (value instanceof Boolean flag) {
            return NODES.booleanNode(flag);
        } else if (value instanceof Long number) {
            return NODES.numberNode(number);
        } else if (value instanceof Double number) {
            return NODES.numberNode(number);
        } else if (value instanceof BigDecimal number) {
            return NODES.numberNode(number);
        } else if (value instanceof Instant time) {
            return NODES.numberNode(time.getEpochSecond());
        } else if (value instanceof byte[] bytes) {
            return NODES.textNode(new String(bytes, StandardCharsets.UTF_8));
        } else if (value instanceof List<?> list) {
            ArrayNode array = NODES.arrayNode();
            list.forEach(each -> array.add(node(each)));
            return array;
        } else if (value instanceof Map<?, ?> map) {
            return object(map);
        }
        return NODES.nullNode();
    }
}
