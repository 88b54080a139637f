package io.millrace.server;

/**
 * The broker cannot start, or cannot go on. The message is for the operator: what, where, and what to do; the
 * cause, if any, goes to the log.
 */
public final class FatalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    public FatalException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public FatalException(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** What the process ends with. */
    public ExitCode exitCode() {
        return exitCode;
    }
}
