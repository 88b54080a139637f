package io.millrace.core.feature;

import org.jspecify.annotations.Nullable;

/** Only the client that declared the queue may use it. */
final class ExclusiveAccess implements QueueFeature {
    private static final ExclusiveAccess INSTANCE = new ExclusiveAccess();

    private ExclusiveAccess() {}

    static @Nullable QueueFeature of(Declared queue) {
        return queue.spec().exclusive() ? INSTANCE : null;
    }

    @Override
    public boolean ownerOnly() {
        return true;
    }
}
