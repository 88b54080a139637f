package io.millrace.core.policy;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.QueueSpec;

/** What the policies of one virtual host say at one moment. Immutable; any thread. */
public interface Policies {
    /** No policies. */
    Policies NONE = new Policies() {
        @Override
        public Arguments queue(QueueSpec queue) {
            return Arguments.NONE;
        }

        @Override
        public Arguments exchange(ExchangeSpec exchange) {
            return Arguments.NONE;
        }
    };

    /** What the user's and the operator's policy together say for that queue, by their keys, such as {@code max-length}. */
    Arguments queue(QueueSpec queue);

    /** What the user's and the operator's policy together say for that exchange, by their keys. */
    Arguments exchange(ExchangeSpec exchange);
}
