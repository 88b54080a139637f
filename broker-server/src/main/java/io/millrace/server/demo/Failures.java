package io.millrace.server.demo;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;

/** What the client's exceptions mean, in the words of the broker if it gave a reason. */
final class Failures {
    private Failures() {}

    /** The broker's own words, or what the innermost exception says. */
    static String reason(Throwable failure) {
        Throwable cause = failure;
        while (true) {
            if (cause instanceof ShutdownSignalException signal) {
                return reason(signal);
            }
            if (cause.getCause() == null || cause.getCause() == cause) {
                return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            }
            cause = cause.getCause();
        }
    }

    /** Whether the broker refused something because it is in use. */
    static boolean inUse(Throwable failure) {
        return reason(failure).contains("in use");
    }

    private static String reason(ShutdownSignalException signal) {
        if (signal.getReason() instanceof AMQP.Channel.Close close) {
            return close.getReplyText();
        }
        if (signal.getReason() instanceof AMQP.Connection.Close close) {
            return close.getReplyText();
        }
        return signal.getCause() == null ? String.valueOf(signal.getMessage()) : reason(signal.getCause());
    }
}
