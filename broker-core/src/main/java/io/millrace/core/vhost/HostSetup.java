package io.millrace.core.vhost;

import io.millrace.core.log.Log;
import io.millrace.core.policy.Policies;
import io.millrace.core.routing.HeaderReader;
import io.millrace.core.store.Segments;
import io.millrace.core.time.Clock;
import io.millrace.core.time.Timer;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What a virtual host is made of.
 *
 * @param name its name, for people and texts
 * @param log its truth
 * @param segments its cold messages; completions must run on {@code owner}
 * @param clock the time
 * @param timer wakes it at the times that its agenda asks for
 * @param owner runs a task on the owner's thread, later and in order
 * @param headers reads the headers of a record
 * @param names random parts of generated queue names
 * @param policies the policies at its start; later ones come by {@link VirtualHost#policies}
 * @param limits its bounds
 * @param listener who hears of pressure, failure and damage
 */
public record HostSetup(
        String name,
        Log log,
        Segments segments,
        Clock clock,
        Timer timer,
        Executor owner,
        HeaderReader headers,
        Supplier<String> names,
        Policies policies,
        HostLimits limits,
        HostListener listener) {}
