package io.millrace.benchmarks.wire;

/** A broker did what it must not do, or could not be reached. The text is for the user and needs no stack trace. */
public final class BrokerFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BrokerFailure(String text) {
        super(text, null, false, false);
    }

    public BrokerFailure(String text, Throwable cause) {
        super(text, cause, false, false);
    }
}
