package io.millrace.core.routing;

import io.millrace.core.model.MessageRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message record as routing sees it. One object serves any number of messages, one after the other: each {@code at}
 * makes it forget the one before. Owner's thread only.
 */
public final class RecordMessage implements RoutedMessage {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final HeaderReader reader;
    private ByteBuffer record = NOTHING;
    private int at;
    private @Nullable String routingKey;
    private @Nullable Map<String, @Nullable Object> headers;
    private List<String> furtherKeys = List.of();

    /** @param reader decodes headers when they are asked for */
    public RecordMessage(HeaderReader reader) {
        this.reader = reader;
    }

    /** Points to the record at that offset, with all its own routing keys. */
    public RecordMessage at(ByteBuffer buffer, int offset) {
        record = buffer;
        at = offset;
        routingKey = null;
        headers = null;
        furtherKeys = buffer.capacity() > 0 && MessageRecord.furtherKeys(buffer, offset)
                ? reader.furtherKeys(buffer, offset, true)
                : List.of();
        return this;
    }

    /** Points to the record at that offset, to be routed by another key alone, such as that of a dead letter. */
    public RecordMessage at(ByteBuffer buffer, int offset, String otherKey) {
        at(buffer, offset);
        routingKey = otherKey;
        furtherKeys = List.of();
        return this;
    }

    @Override
    public @Nullable String property(String name) {
        return reader.property(record, at, name);
    }

    @Override
    public List<String> furtherKeys() {
        return furtherKeys;
    }

    /** All routing keys that others may see, the first included: what a death history tells. */
    public List<String> shownKeys() {
        if (!MessageRecord.furtherKeys(record, at)) {
            return List.of(MessageRecord.routingKey(record, at));
        }
        List<String> keys = new ArrayList<>();
        keys.add(MessageRecord.routingKey(record, at));
        keys.addAll(reader.furtherKeys(record, at, false));
        return keys;
    }

    @Override
    public long delay() {
        if (MessageRecord.delayed(record, at)) {
            return 0;
        }
        return headers().get(DelayedExchange.DELAY) instanceof Long delay
                ? Math.max(0, Math.min(delay, DelayedExchange.DELAY_MAX_MILLIS))
                : 0;
    }

    /** Lets go of the buffer. */
    public void release() {
        at(NOTHING, 0);
    }

    @Override
    public String routingKey() {
        String key = routingKey;
        if (key == null) {
            key = MessageRecord.routingKey(record, at);
            routingKey = key;
        }
        return key;
    }

    @Override
    public Map<String, @Nullable Object> headers() {
        Map<String, @Nullable Object> decoded = headers;
        if (decoded == null) {
            decoded = reader.headers(record, at);
            headers = decoded;
        }
        return decoded;
    }
}
