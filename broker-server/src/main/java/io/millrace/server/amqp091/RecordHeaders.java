package io.millrace.server.amqp091;

import io.millrace.core.routing.HeaderReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the headers of messages that arrived by AMQP 0-9-1 out of their records. Stateless. */
public final class RecordHeaders implements HeaderReader {

    @Override
    public Map<String, @Nullable Object> headers(ByteBuffer record, int at) {
        return Properties091.headers(record, at);
    }

    @Override
    public List<String> furtherKeys(ByteBuffer record, int at, boolean hidden) {
        Map<String, @Nullable Object> headers = headers(record, at);
        List<String> keys = new ArrayList<>();
        addKeys(headers.get(KnownHeaders.CC), keys);
        if (hidden) {
            addKeys(headers.get(KnownHeaders.BCC), keys);
        }
        return keys;
    }

    @Override
    public @Nullable String property(ByteBuffer record, int at, String name) {
        return switch (name) {
            case "message_id" -> Properties091.text(record, at, Properties091.MESSAGE_ID);
            case "correlation_id" -> Properties091.text(record, at, Properties091.CORRELATION_ID);
            case "timestamp" -> Properties091.text(record, at, Properties091.TIMESTAMP);
            default -> null;
        };
    }

    private static void addKeys(@Nullable Object value, List<String> keys) {
        if (value instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof String key) {
                    keys.add(key);
                }
            }
        }
    }
}
