package io.millrace.server.runtime;

/** The brackets around the commands of one turn of a virtual host. On its loop only. */
public interface Turns {
    /** Commands follow. */
    void begin();

    /** No more commands for now: append what was decided, deliver, flush the outlets. */
    void end();
}
