package io.millrace.core.feature;

import org.jspecify.annotations.Nullable;

/** {@code x-single-active-consumer}: one consumer gets all messages until it goes, then another does. */
final class SingleActiveConsumer implements QueueFeature {
    private static final SingleActiveConsumer INSTANCE = new SingleActiveConsumer();

    private SingleActiveConsumer() {}

    static @Nullable QueueFeature of(Declared queue) {
        return queue.flag("single-active-consumer") ? INSTANCE : null;
    }

    @Override
    public boolean singleActiveConsumer() {
        return true;
    }
}
