package io.millrace.core.feature;

import io.millrace.core.queue.RememberedIds;
import org.jspecify.annotations.Nullable;

/** {@code x-message-deduplication}: a message whose id came before, in the header named by an argument, does not enter. */
final class Deduplication implements QueueFeature {
    private static final String HEADER = "x-deduplication-header";

    private final String header;

    private Deduplication(String header) {
        this.header = header;
    }

    static @Nullable QueueFeature of(Declared queue) {
        if (!Boolean.TRUE.equals(queue.spec().arguments().get(RememberedIds.ARGUMENT))) {
            return null;
        }
        String header = queue.spec().arguments().get(HEADER) instanceof String named ? named : HEADER;
        return new Deduplication(header);
    }

    /** @throws io.millrace.core.model.BrokerException if one of the arguments makes no sense */
    static void check(Declared queue) {
        Object wanted = queue.spec().arguments().get(RememberedIds.ARGUMENT);
        if (wanted != null && !(wanted instanceof Boolean)) {
            throw queue.invalid(RememberedIds.ARGUMENT, "'" + wanted + "' is neither true nor false");
        }
        Object header = queue.spec().arguments().get(HEADER);
        if (header != null && !(header instanceof String name && !name.isEmpty())) {
            throw queue.invalid(HEADER, "'" + header + "' is not the name of a header");
        }
        checkNumber(queue, RememberedIds.SIZE, RememberedIds.SIZE_MAX);
        checkNumber(queue, RememberedIds.TTL, Long.MAX_VALUE);
    }

    private static void checkNumber(Declared queue, String argument, long max) {
        Object value = queue.spec().arguments().get(argument);
        if (value != null && !(value instanceof Long number && number >= 1 && number <= max)) {
            throw queue.invalid(argument, "'" + value + "' is not a whole number from 1 to " + max);
        }
    }

    @Override
    public String deduplicationHeader() {
        return header;
    }
}
