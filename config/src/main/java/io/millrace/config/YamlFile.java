package io.millrace.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a YAML file as a flat run of dotted keys with their lines. Nested mappings and dotted names come to the
 * same: {@code amqp: {port: 1}} is {@code amqp.port: 1}.
 *
 * <p>The file is read as a stream of tokens, not into a tree: the text of a value reaches its key as it was typed
 * (YAML would make 8 of {@code 010} and a boolean of {@code on}), and every token knows its line.
 */
final class YamlFile {
    private static final int FILE_BYTES_MAX = 1 << 20;
    private static final int DEPTH_MAX = 8;

    private final Path file;
    private final Sink sink;
    private final Deque<String> sections = new ArrayDeque<>();
    private final Map<String, Origin> opened = new HashMap<>();

    /** Takes what is found, in the order of the file. */
    interface Sink {
        void value(String key, String text, Origin origin);

        /** A name with nothing behind it: a key without a value, or a section whose lines are commented out. */
        void empty(String key, Origin origin);

        void problem(Origin origin, String text);
    }

    YamlFile(Path file, Sink sink) {
        this.file = file;
        this.sink = sink;
    }

    void read() {
        try {
            byte[] bytes;
            try (var in = Files.newInputStream(file)) {
                bytes = in.readNBytes(FILE_BYTES_MAX + 1);
            }
            if (bytes.length > FILE_BYTES_MAX) {
                sink.problem(Origin.file(file), "the file is larger than " + UnitScale.SIZE.print(FILE_BYTES_MAX));
                return;
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            tokens(text);
        } catch (JsonProcessingException e) {
            sink.problem(place(e.getLocation()), "this is not YAML: " + Quoted.of(firstLine(e.getOriginalMessage())));
        } catch (CharacterCodingException e) {
            sink.problem(Origin.file(file), "the file is not UTF-8 text");
        } catch (NoSuchFileException e) {
            sink.problem(Origin.file(file), "the file does not exist");
        } catch (AccessDeniedException e) {
            sink.problem(Origin.file(file), "the file may not be read by this user");
        } catch (IOException e) {
            sink.problem(Origin.file(file), "the file cannot be read: " + Quoted.of(String.valueOf(e.getMessage())));
        }
    }

    private void tokens(String text) throws IOException {
        try (YAMLParser parser = new YAMLFactory().createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first == null || (first == JsonToken.VALUE_NULL)) {
                return;
            }
            if (first != JsonToken.START_OBJECT) {
                sink.problem(line(parser), "the file must hold keys with values (amqp.port: 5672)");
                return;
            }
            mapping(parser);
            if (parser.nextToken() != null) {
                sink.problem(line(parser), "the file must hold one document; a second one begins here");
            }
        }
    }

    private void mapping(YAMLParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            Origin origin = line(parser);
            String name = parser.currentName();
            boolean top = sections.isEmpty();
            sections.addLast(name);
            value(parser, top ? name : String.join(".", sections), origin);
            sections.removeLast();
        }
    }

    private void value(YAMLParser parser, String key, Origin origin) throws IOException {
        JsonToken token = parser.nextToken();
        if (parser.isCurrentAlias()) {
            sink.problem(origin, Quoted.of(key) + " is an alias of another value; write the value itself");
            return;
        }
        switch (token) {
            case START_OBJECT -> {
                Origin first = opened.putIfAbsent(key, origin);
                if (first != null) {
                    sink.problem(origin, "the section " + Quoted.of(key) + " stands already at " + first);
                }
                if (sections.size() == DEPTH_MAX) {
                    sink.problem(origin, Quoted.of(key) + " is nested deeper than any key is");
                    parser.skipChildren();
                } else {
                    mapping(parser);
                }
            }
            case START_ARRAY -> {
                sink.problem(origin, Quoted.of(key) + " holds a list; no key takes one");
                parser.skipChildren();
            }
            case VALUE_NULL -> sink.empty(key, origin);
            default -> sink.value(key, parser.getText().strip(), origin);
        }
    }

    private Origin line(YAMLParser parser) {
        return place(parser.currentTokenLocation());
    }

    private Origin place(@Nullable JsonLocation location) {
        return location == null || location.getLineNr() < 1
                ? Origin.file(file)
                : Origin.file(file, location.getLineNr());
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }
}
