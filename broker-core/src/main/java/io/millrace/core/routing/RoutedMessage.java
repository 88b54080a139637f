package io.millrace.core.routing;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message as routing sees it; valid during one call. */
public interface RoutedMessage {
    /** The routing key, decoded on first use. */
    String routingKey();

    /** The headers in the types of {@link io.millrace.core.model.Arguments}, decoded on first use; empty if none. */
    Map<String, @Nullable Object> headers();

    /** The property {@code message_id}, {@code correlation_id} or {@code timestamp} as text, or null if it is absent. */
    default @Nullable String property(String name) {
        return null;
    }

    /** For how long a delayed exchange has to keep it, milliseconds; 0 if not at all. */
    default long delay() {
        return 0;
    }

    /** The routing keys that it has besides the first, decoded on first use; empty for nearly all messages. */
    default List<String> furtherKeys() {
        return List.of();
    }
}
