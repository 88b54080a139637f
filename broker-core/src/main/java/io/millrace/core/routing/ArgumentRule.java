package io.millrace.core.routing;

import org.jspecify.annotations.Nullable;

/**
 * One argument that has a meaning: where it is defined once, for the checks, the comparison and the reference in the docs.
 *
 * @param name its name on the wire
 * @param type what a value is, in the words of the reference
 * @param range which values are allowed, in the words of the reference
 * @param standing what becomes of it
 * @param compared whether it must be the same when a queue is declared again
 * @param check refuses a value that is not allowed
 */
record ArgumentRule(String name, String type, String range, Standing standing, boolean compared, Check check) {

    /** What becomes of an argument. */
    enum Standing {
        /** It does what it promises. */
        KEPT,
        /** It is about the placement of replicas, of which one node has none: accepted without effect. */
        PLACEMENT,
        /** It tuned something that this broker does not have: accepted without effect, with a notice in the log. */
        LEGACY,
        /** It belongs to streams: refused for other queues. */
        STREAM,
        /** Its promise cannot be kept yet: refused. */
        REFUSED
    }

    /** Refuses a value. */
    interface Check {
        /**
         * Looks at a value.
         *
         * @param subject what has the argument, for the text
         * @throws io.millrace.core.model.BrokerException if it is not allowed
         */
        void check(String argument, String subject, @Nullable Object value);
    }
}
