package io.millrace.core.simulation;

import io.millrace.core.log.Log;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.policy.Policies;
import io.millrace.core.store.Segments;
import io.millrace.core.time.Clock;
import io.millrace.core.vhost.Outlet;

/** What a negative control puts between a virtual host and its surroundings; by itself nothing. */
class Tampering {
    /** Between the virtual host and its log, behind the model's back. */
    Log log(Log log) {
        return log;
    }

    /** Between the virtual host and its segments. */
    Segments segments(Segments segments) {
        return segments;
    }

    /** Between the virtual host and a lane's outlet. */
    Outlet outlet(Outlet outlet) {
        return outlet;
    }

    /** What the virtual host takes for the time. */
    Clock clock(Clock clock) {
        return clock;
    }

    /** What the virtual host is told of a queue that is declared. */
    QueueSpec declared(QueueSpec spec) {
        return spec;
    }

    /** What the virtual host is told of a consumer. */
    Arguments consumed(Arguments arguments) {
        return arguments;
    }

    /** What the virtual host takes for its policies. */
    Policies policies(Policies policies) {
        return policies;
    }

    /** Whether the disk forgets what is forced. */
    boolean forgetsForces() {
        return false;
    }
}
