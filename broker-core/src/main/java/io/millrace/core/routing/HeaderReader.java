package io.millrace.core.routing;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the headers out of a message's properties; provided by the protocol edges, one for each encoding. */
@FunctionalInterface
public interface HeaderReader {
    /**
     * The headers in the types of {@link io.millrace.core.model.Arguments}; empty if there are none. Changes no buffer
     * position.
     *
     * @param record little-endian, laid out as {@link io.millrace.core.model.MessageRecord}
     * @param at where the record begins
     */
    Map<String, @Nullable Object> headers(ByteBuffer record, int at);

    /** The property {@code message_id}, {@code correlation_id} or {@code timestamp} as text, or null if it is absent. */
    default @Nullable String property(ByteBuffer record, int at, String name) {
        return null;
    }

    /**
     * The routing keys that the properties name besides the record's own. Asked only of records whose flags say that there
     * are some.
     *
     * @param hidden whether to include those that no consumer may see
     */
    default List<String> furtherKeys(ByteBuffer record, int at, boolean hidden) {
        return List.of();
    }
}
