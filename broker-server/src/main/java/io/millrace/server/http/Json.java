package io.millrace.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.model.Arguments;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON within bounds, and the free arguments of declarations in it. */
final class Json {
    private static final int DEPTH_MAX = 100;
    private static final int NUMBER_CHARS_MAX = 100;
    private static final int STRING_CHARS_MAX = 1 << 20;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxNumberLength(NUMBER_CHARS_MAX)
                            .maxStringLength(STRING_CHARS_MAX)
                            .maxNameLength(STRING_CHARS_MAX)
                            .build())
                    .build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    static ObjectMapper mapper() {
        return MAPPER;
    }

    static ObjectNode object() {
        return NODES.objectNode();
    }

    static ArrayNode array() {
        return NODES.arrayNode();
    }

    /** Reads a body. */
    static JsonNode read(byte[] body) {
        try {
            JsonNode read = MAPPER.readTree(body);
            return read == null ? NODES.missingNode() : read;
        } catch (JsonProcessingException e) {
            throw new Refusal(400, "not_json", "the body is not JSON within the bounds: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new Refusal(400, "not_json", "the body is not JSON: " + e.getMessage());
        }
    }

    static JsonNode of(Arguments arguments) {
        return value(arguments.values());
    }

    /** A value of the broker's as JSON; what JSON has no type for becomes a string or a number. */
    static JsonNode value(@Nullable Object value) {
        if (value == null) {
            return NODES.nullNode();
        } else if (value instanceof Boolean flag) {
            return NODES.booleanNode(flag);
        } else if (value instanceof String text) {
            return NODES.textNode(text);
        } else if (value instanceof Double number) {
            return NODES.numberNode(number);
        } else if (value instanceof BigDecimal number) {
            return NODES.numberNode(number);
        } else if (value instanceof Number number) {
            return NODES.numberNode(number.longValue());
        } else if (value instanceof byte[] bytes) {
            return NODES.textNode(new String(bytes, StandardCharsets.UTF_8));
        } else if (value instanceof Instant instant) {
            return NODES.numberNode(instant.getEpochSecond());
        } else if (value instanceof List<?> list) {
            ArrayNode array = array();
            list.forEach(each -> array.add(value(each)));
            return array;
        } else if (value instanceof Map<?, ?> map) {
            ObjectNode object = object();
            map.forEach((key, each) -> object.set(String.valueOf(key), value(each)));
            return object;
        }
        return NODES.textNode(String.valueOf(value));
    }

    /** An object of JSON as arguments; absent or null is none. */
    static Arguments arguments(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return Arguments.NONE;
        }
        // An empty list is what some clients write for an empty table.
        if (node.isArray() && node.isEmpty()) {
            return Arguments.NONE;
        }
        if (!node.isObject()) {
            throw Refusal.badRequest("arguments have to be an object, got " + kind(node));
        }
        return new Arguments(table(node));
    }

    static String kind(JsonNode node) {
        return node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
    }

    private static Map<String, @Nullable Object> table(JsonNode node) {
        Map<String, @Nullable Object> table = new LinkedHashMap<>();
        node.properties().forEach(field -> table.put(field.getKey(), plain(field.getValue())));
        return table;
    }

    private static @Nullable Object plain(JsonNode node) {
        return switch (node.getNodeType()) {
            case BOOLEAN -> node.booleanValue();
            case STRING -> node.textValue();
            case NUMBER -> number(node);
            case OBJECT -> table(node);
            case ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                node.forEach(each -> list.add(plain(each)));
                yield list;
            }
            default -> null;
        };
    }

    private static Object number(JsonNode node) {
        if (!node.isIntegralNumber()) {
            return node.doubleValue();
        }
        if (!node.canConvertToLong()) {
            throw Refusal.badRequest("the number " + node.asText() + " does not fit into 64 bits");
        }
        return node.longValue();
    }
}
