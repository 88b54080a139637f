package io.millrace.core.log;

/** Is told what became of appended frames, by the thread that writes the log. Must not block. */
public interface LogListener {
    /** Every frame up to this position is durable. Positions only grow; several frames may be told by one call. */
    void durable(long position);

    /** The log has failed for good: what is not durable yet is unknown, and nothing will become durable any more. */
    void failed(LogException cause);
}
