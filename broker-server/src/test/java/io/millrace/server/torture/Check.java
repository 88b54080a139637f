package io.millrace.server.torture;

import io.millrace.server.torture.History.Event;
import java.util.List;

/** Holds one kind of promise against what happened, event by event. */
interface Check {
    void take(Event event);

    /** All that is wrong so far. */
    List<Finding> findings();
}
