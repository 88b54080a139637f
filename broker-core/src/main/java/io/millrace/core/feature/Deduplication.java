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

    @Override
    public String deduplicationHeader() {
        return header;
    }
}
