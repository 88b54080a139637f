package io.millrace.core.routing;

import java.nio.ByteBuffer;
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
}
