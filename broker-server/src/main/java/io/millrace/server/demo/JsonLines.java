package io.millrace.server.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Events from a file with one JSON object a line. The body of an event is its line, byte for byte.
 *
 * <p>A line that is no JSON object, or longer than allowed, is counted with its number and passed over; the others are not
 * affected. Empty lines are nothing. Memory is bounded by the longest line allowed.
 */
final class JsonLines implements EventSource {
    /** Most bytes of a line. */
    static final int LINE_BYTES_MAX = 8 << 20;

    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    private final Path file;
    private final RoutingKey keys;
    private final int eventsMax;
    private final int lineBytesMax;
    private Skipped skipped = new Skipped();

    /** @param eventsMax how many events at most */
    JsonLines(Path file, RoutingKey keys, int eventsMax) {
        this(file, keys, eventsMax, LINE_BYTES_MAX);
    }

    JsonLines(Path file, RoutingKey keys, int eventsMax, int lineBytesMax) {
        this.file = file;
        this.keys = keys;
        this.eventsMax = eventsMax;
        this.lineBytesMax = lineBytesMax;
    }

    @Override
    public String description() {
        return "the lines of " + file;
    }

    @Override
    public Skipped skipped() {
        return skipped;
    }

    @Override
    public void read(Sink sink) throws IOException {
        Skipped passedOver = new Skipped();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            Line line = new Line(lineBytesMax);
            int events = 0;
            for (long number = 1; events < eventsMax && line.readFrom(in); number++) {
                if (line.isBlank()) {
                    continue;
                }
                byte[] body = line.bytes();
                String key = keyOf(line, body, number, passedOver);
                if (!key.isEmpty()) {
                    events++;
                    if (!sink.take(new DemoEvent(events, key, body))) {
                        return;
                    }
                }
            }
        }
        skipped = passedOver;
    }

    /** The routing key, or nothing if the line is passed over. */
    private String keyOf(Line line, byte[] body, long number, Skipped passedOver) throws IOException {
        if (line.tooLong()) {
            passedOver.add("line " + number + " is longer than " + lineBytesMax + " bytes");
            return "";
        }
        try {
            JsonNode event = JSON.readValue(body);
            if (event.isObject()) {
                return keys.of(event);
            }
            passedOver.add("line " + number + " is JSON, but no object");
        } catch (JsonProcessingException e) {
            passedOver.add("line " + number + " is not JSON: " + reason(e));
        }
        return "";
    }

    /** The first line of what the parser says, without the source: that may be long, and holds what is in the file. */
    private static String reason(JsonProcessingException e) {
        String text = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("unknown reason");
        String shown = text.length() <= 120 ? text : text.substring(0, 117) + "...";
        return e.getLocation() == null
                ? shown
                : shown + " (column " + e.getLocation().getColumnNr() + ")";
    }

    /** A line without its end, held up to a limit. */
    private static final class Line {
        private final int bytesMax;
        private byte[] buffer = new byte[1 << 12];
        private int length;
        private boolean overflow;
        private boolean first = true;

        Line(int bytesMax) {
            this.bytesMax = bytesMax;
        }

        /** Reads up to the next newline; false at the end of the file. */
        boolean readFrom(InputStream in) throws IOException {
            length = 0;
            overflow = false;
            int next = in.read();
            if (next < 0) {
                return false;
            }
            while (next >= 0 && next != '\n') {
                append((byte) next);
                next = in.read();
            }
            if (length > 0 && buffer[length - 1] == '\r') {
                length--;
            }
            if (first) {
                first = false;
                dropByteOrderMark();
            }
            return true;
        }

        boolean tooLong() {
            return overflow;
        }

        boolean isBlank() {
            for (int i = 0; i < length; i++) {
                if (buffer[i] != ' ' && buffer[i] != '\t') {
                    return false;
                }
            }
            return !overflow;
        }

        byte[] bytes() {
            return overflow ? new byte[0] : Arrays.copyOf(buffer, length);
        }

        private void append(byte next) {
            if (length == bytesMax) {
                overflow = true;
                return;
            }
            if (length == buffer.length) {
                buffer = Arrays.copyOf(buffer, Math.min(bytesMax, length * 2));
            }
            buffer[length++] = next;
        }

        private void dropByteOrderMark() {
            if (length >= 3 && (buffer[0] & 0xFF) == 0xEF && (buffer[1] & 0xFF) == 0xBB && (buffer[2] & 0xFF) == 0xBF) {
                System.arraycopy(buffer, 3, buffer, 0, length - 3);
                length -= 3;
            }
        }
    }
}
