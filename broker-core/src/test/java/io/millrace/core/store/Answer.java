package io.millrace.core.store;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps what a completion was called with. */
final class Answer<T> implements Segments.Completion<T> {
    private @Nullable T result;
    private @Nullable Exception cause;
    private int calls;

    @Override
    public void done(T value) {
        result = value;
        calls++;
    }

    @Override
    public void failed(Exception why) {
        cause = why;
        calls++;
    }

    int calls() {
        return calls;
    }

    T result() {
        if (cause != null) {
            throw new AssertionError("failed: " + cause, cause);
        }
        return Objects.requireNonNull(result, "no call was made");
    }

    Exception cause() {
        return Objects.requireNonNull(cause, () -> "did not fail, but gave " + result);
    }

    boolean isDone() {
        return result != null;
    }
}
