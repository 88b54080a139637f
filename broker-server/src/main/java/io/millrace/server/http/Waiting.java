package io.millrace.server.http;

import io.millrace.core.model.BrokerException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what others do; on a worker. */
final class Waiting {
    private static final long SECONDS_MAX = 60;

    private Waiting() {}

    /** The result; a refusal as one of ours. */
    static <T> T on(CompletableFuture<T> future) {
        try {
            return future.get(SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof BrokerException why) {
                throw Refusal.of(why);
            }
            throw new IllegalStateException(cause);
        } catch (TimeoutException e) {
            throw Refusal.unavailable("no answer within " + SECONDS_MAX + " s; whether it was done is not known");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.unavailable("the broker is stopping");
        }
    }
}
