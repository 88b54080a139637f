package io.millrace.core.vhost;

import io.millrace.core.model.BrokerException;

/**
 * Takes the answer to a command: exactly one call, on the owner's thread, and only once what was decided is durable.
 * If the broker cannot know (its log failed, it is stopping) no call is made at all.
 *
 * @param <T> what a success says
 */
public interface Reply<T> {
    /** It was done. */
    void done(T result);

    /** It was refused; nothing has changed. */
    void refused(BrokerException why);

    /** What a command answers that says nothing but that it was done: the one value that a {@link Void} has. */
    @SuppressWarnings("NullAway")
    static Void nothing() {
        return null;
    }
}
