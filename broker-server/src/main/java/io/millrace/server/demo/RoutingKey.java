package io.millrace.server.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes routing keys out of fields of JSON objects: one word for each field, with dots between them.
 *
 * <p>A field is named by its path, with dots between the steps; a step into an array is a number from 0. What is absent,
 * null, empty or no plain value becomes the word {@value #NONE}.
 */
final class RoutingKey {
    /** The word for a value that is not there. */
    static final String NONE = "none";
    /** Most bytes of a key, by AMQP 0-9-1. */
    static final int KEY_BYTES_MAX = 255;
    /** Most fields of a key. */
    static final int FIELDS_MAX = 16;

    private final List<String[]> paths = new ArrayList<>();
    private final int wordBytesMax;

    /** @throws IllegalArgumentException with a text for the user if the fields are none, too many, or not named */
    RoutingKey(List<String> fields) {
        if (fields.isEmpty() || fields.size() > FIELDS_MAX) {
            throw new IllegalArgumentException(
                    "the routing key takes 1 to " + FIELDS_MAX + " fields; given are " + fields.size());
        }
        for (String field : fields) {
            String[] path = field.split("\\.", -1);
            for (String step : path) {
                if (step.isBlank()) {
                    throw new IllegalArgumentException(
                            "'" + field + "' names no field: a name is missing before, after or between its dots");
                }
            }
            paths.add(path);
        }
        wordBytesMax = wordBytesMax(fields.size());
    }

    /** The key of an event. */
    String of(JsonNode event) {
        StringBuilder key = new StringBuilder();
        for (String[] path : paths) {
            if (!key.isEmpty()) {
                key.append('.');
            }
            key.append(word(text(event, path), wordBytesMax));
        }
        return key.toString();
    }

    /** Most bytes of each word, so that that many of them make a key. */
    static int wordBytesMax(int words) {
        return (KEY_BYTES_MAX - (words - 1)) / words;
    }

    /**
     * A word that means nothing else in a key or a pattern: dots, wildcards, blanks and control characters become dashes.
     *
     * @param bytesMax most bytes of UTF-8; what is longer is cut between characters
     */
    static String word(@Nullable String text, int bytesMax) {
        if (text == null || text.isBlank()) {
            return NONE;
        }
        StringBuilder word = new StringBuilder();
        int bytes = 0;
        for (int i = 0; i < text.length(); ) {
            int character = safe(text.codePointAt(i));
            int size = new String(Character.toChars(character)).getBytes(StandardCharsets.UTF_8).length;
            if (bytes + size > bytesMax) {
                break;
            }
            word.appendCodePoint(character);
            bytes += size;
            i += Character.charCount(text.codePointAt(i));
        }
        return word.toString();
    }

    private static int safe(int character) {
        boolean surrogate = Character.getType(character) == Character.SURROGATE;
        boolean special = character == '.' || character == '*' || character == '#';
        boolean blank = Character.isWhitespace(character) || Character.isSpaceChar(character);
        return surrogate || special || blank || Character.isISOControl(character) ? '-' : character;
    }

    private static @Nullable String text(JsonNode event, String[] path) {
        JsonNode node = event;
        for (String step : path) {
            JsonNode next = node.isArray() && step.chars().allMatch(c -> c >= '0' && c <= '9') && step.length() < 10
                    ? node.get(Integer.parseInt(step))
                    : node.get(step);
            if (next == null) {
                return null;
            }
            node = next;
        }
        return node.isValueNode() && !node.isNull() ? node.asText() : null;
    }
}
