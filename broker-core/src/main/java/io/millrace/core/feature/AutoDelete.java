package io.millrace.core.feature;

import org.jspecify.annotations.Nullable;

/** The queue goes when its last consumer has gone; a queue that never had one stays. */
final class AutoDelete implements QueueFeature {
    private static final AutoDelete INSTANCE = new AutoDelete();

    private AutoDelete() {}

    static @Nullable QueueFeature of(Declared queue) {
        return queue.spec().autoDelete() ? INSTANCE : null;
    }

    @Override
    public boolean deletedWithLastConsumer() {
        return true;
    }
}
