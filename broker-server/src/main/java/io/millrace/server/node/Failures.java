package io.millrace.server.node;

import io.millrace.core.log.LogException;

/** Is told what the broker cannot go on with. Any thread; must not block. */
interface Failures {
    /** A log has failed for good. */
    void logFailed(String virtualHost, LogException cause);

    /** A virtual host has thrown and runs no more. */
    void defect(String virtualHost, Throwable defect);
}
