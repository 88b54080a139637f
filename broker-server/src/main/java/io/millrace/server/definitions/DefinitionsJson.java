package io.millrace.server.definitions;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** Reads bytes as JSON within bounds. */
final class DefinitionsJson {
    /** Largest file, bytes. */
    static final int BYTES_MAX = 10 << 20;

    private static final int DEPTH_MAX = 100;
    private static final int NUMBER_CHARS_MAX = 100;
    private static final int STRING_CHARS_MAX = 1 << 20;

    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxNumberLength(NUMBER_CHARS_MAX)
                            .maxStringLength(STRING_CHARS_MAX)
                            .maxNameLength(4096)
                            .maxDocumentLength(BYTES_MAX)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private DefinitionsJson() {}

    static JsonNode read(byte[] json) throws DefinitionsException {
        if (json.length > BYTES_MAX) {
            throw new DefinitionsException(
                    "definitions of " + json.length + " bytes, at most " + BYTES_MAX + " are allowed");
        }
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (IOException e) {
            throw new DefinitionsException("the definitions are no JSON that can be read: " + e.getMessage());
        }
        if (root == null || !root.isObject()) {
            throw new DefinitionsException("the definitions are not a JSON object");
        }
        return root;
    }
}
