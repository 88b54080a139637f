package io.millrace.core.vhost;

import io.millrace.core.model.QueueSpec;
import io.millrace.core.policy.Policies;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a queue stands at one moment.
 *
 * @param number its number; a page that begins behind it goes on with the next queue
 * @param spec what it was declared as
 * @param messages all that are in it
 * @param ready those that could be delivered now
 * @param unsettled those that consumers hold
 * @param damaged those that are known to be unreadable
 * @param consumers its consumers
 * @param segments stretches of it that lie in segments
 * @param policies which policies hold for it
 * @param losses what it lost, gave away and did not take since the start, by names that say why; without those that are 0
 * @param owner who declared it, if only that client may use it
 */
public record QueueReport(
        int number,
        QueueSpec spec,
        long messages,
        long ready,
        long unsettled,
        long damaged,
        int consumers,
        int segments,
        Policies.Applied policies,
        Map<String, Long> losses,
        @Nullable String owner) {}
