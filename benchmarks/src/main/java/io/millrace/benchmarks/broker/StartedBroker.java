package io.millrace.benchmarks.broker;

/** A broker that these benchmarks started and will end. */
public interface StartedBroker extends AutoCloseable {
    Target target();

    /** From the start of the process to the line that says that it serves, in seconds. */
    double startSeconds();

    /** Ends it as an operator does, and waits until it has ended. */
    @Override
    void close();
}
