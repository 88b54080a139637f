package io.millrace.server.runtime;

/** The brackets around the commands of one turn of a virtual host. On the loop that runs it. */
public interface Turns {
    /** Commands follow. */
    void begin();

    /** No more commands for now: append what was decided, deliver, flush the outlets. */
    void end();
}
