package io.millrace.core.vhost;

import io.millrace.core.policy.Policies;

/**
 * What an operator rules for a virtual host.
 *
 * @param policies for its queues and exchanges
 * @param queuesMax queues that may be there, -1 = no limit; asked only when one is declared that is not there
 * @param defaultQueueType the type of a queue that is declared without one; empty leaves it as it is declared
 */
public record HostRules(Policies policies, long queuesMax, String defaultQueueType) {
    /** Those policies and nothing else. */
    public static HostRules of(Policies policies) {
        return new HostRules(policies, -1, "");
    }
}
