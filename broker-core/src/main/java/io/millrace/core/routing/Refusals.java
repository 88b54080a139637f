package io.millrace.core.routing;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;

/** The refusals that concern exchanges, queues and bindings, in the words that clients of this protocol family know. */
public final class Refusals {
    private Refusals() {}

    /** There is no exchange of that name. */
    public static BrokerException noExchange(String vhost, String name) {
        return new BrokerException(ErrorCode.NOT_FOUND, "no " + exchange(vhost, name));
    }

    /** There is no queue of that name. */
    public static BrokerException noQueue(String vhost, String name) {
        return new BrokerException(ErrorCode.NOT_FOUND, "no " + queue(vhost, name));
    }

    /** The exchange still has bindings. */
    public static BrokerException exchangeInUse(String vhost, String name) {
        return new BrokerException(ErrorCode.PRECONDITION_FAILED, exchange(vhost, name) + " in use");
    }

    /** The queue still has consumers. */
    public static BrokerException queueInUse(String vhost, String name) {
        return new BrokerException(ErrorCode.PRECONDITION_FAILED, queue(vhost, name) + " in use");
    }

    /** The queue still has messages. */
    public static BrokerException queueNotEmpty(String vhost, String name) {
        return new BrokerException(ErrorCode.PRECONDITION_FAILED, queue(vhost, name) + " not empty");
    }

    /** The virtual host has as many queues as it may have. */
    public static BrokerException queueLimit(String vhost, String name, long limit) {
        return new BrokerException(
                ErrorCode.PRECONDITION_FAILED,
                "cannot declare queue '" + name + "': queue limit in vhost '" + vhost + "' (" + limit + ") is reached");
    }

    /** Another connection holds the queue, or it was declared with the other value of exclusive. */
    public static BrokerException queueLocked(String vhost, String name) {
        return new BrokerException(
                ErrorCode.RESOURCE_LOCKED,
                "cannot obtain exclusive access to locked " + queue(vhost, name)
                        + ". It could be originally declared on another connection or the exclusive property value does"
                        + " not match that of the original declaration.");
    }

    /** Another consumer has the queue to itself, or somebody consumes from it already. */
    public static BrokerException exclusiveUse(String vhost, String name) {
        return new BrokerException(ErrorCode.ACCESS_REFUSED, queue(vhost, name) + " in exclusive use");
    }

    /** Clients may not publish there. */
    public static BrokerException internalExchange(String vhost, String name) {
        return new BrokerException(ErrorCode.ACCESS_REFUSED, "cannot publish to internal " + exchange(vhost, name));
    }

    /** The way of a message from that exchange passes too many exchanges, or its patterns take too much work. */
    public static BrokerException tooFar(String vhost, String name) {
        return new BrokerException(
                ErrorCode.RESOURCE_EXHAUSTED,
                "the bindings behind " + exchange(vhost, name) + " take too much work for one message: at most "
                        + RouteWalk.EXCHANGES_MAX + " exchanges and " + Targets.STEPS_MAX
                        + " steps; use fewer exchanges in a row or fewer '#' in patterns");
    }

    /** The exchange without a name can be neither declared, checked, deleted, bound nor unbound. */
    public static BrokerException defaultExchange() {
        return new BrokerException(ErrorCode.ACCESS_REFUSED, "operation not permitted on the default exchange");
    }

    /** Predeclared exchanges stay. */
    public static BrokerException systemExchange(String vhost, String name) {
        return new BrokerException(
                ErrorCode.ACCESS_REFUSED, "deletion of system " + exchange(vhost, name) + " not allowed");
    }

    /** Names that begin with {@code amq.} belong to the broker. */
    static BrokerException reserved(String kind, String name) {
        return new BrokerException(
                ErrorCode.ACCESS_REFUSED, kind + " name '" + name + "' contains reserved prefix 'amq.*'");
    }

    static BrokerException badName(String kind, String why) {
        return new BrokerException(
                ErrorCode.PRECONDITION_FAILED,
                kind + " name " + why + "; allowed are up to 255 bytes of UTF-8 without control characters");
    }

    /** A declaration differs from what is there; both sides as the text is to show them. */
    static BrokerException inequivalent(String argument, String subject, String received, String current) {
        return new BrokerException(
                ErrorCode.PRECONDITION_FAILED,
                "inequivalent arg '" + argument + "' for " + subject + ": received " + received + " but current is "
                        + current);
    }

    static BrokerException invalidArgument(String argument, String subject, String why) {
        return new BrokerException(
                ErrorCode.PRECONDITION_FAILED, "invalid arg '" + argument + "' for " + subject + ": " + why);
    }

    /** The argument belongs to another type of queue than this one. */
    static BrokerException wrongType(String argument, String subject, String type) {
        return new BrokerException(
                ErrorCode.PRECONDITION_FAILED,
                "invalid arg '" + argument + "' for " + subject + " of queue type rabbit_" + type + "_queue");
    }

    /** Only a client can name a queue of that type. */
    static BrokerException serverNamed(String type) {
        return new BrokerException(
                ErrorCode.PRECONDITION_FAILED,
                "Cannot declare a server-named queue for type rabbit_" + type + "_queue");
    }

    static BrokerException invalidType(String argument, String subject, String type) {
        return new BrokerException(
                ErrorCode.PRECONDITION_FAILED, "invalid type '" + type + "' for arg '" + argument + "' in " + subject);
    }

    static BrokerException invalidProperty(String property, String subject) {
        return new BrokerException(ErrorCode.PRECONDITION_FAILED, "invalid property '" + property + "' for " + subject);
    }

    static String exchange(String vhost, String name) {
        return "exchange '" + name + "' in vhost '" + vhost + "'";
    }

    static String queue(String vhost, String name) {
        return "queue '" + name + "' in vhost '" + vhost + "'";
    }
}
