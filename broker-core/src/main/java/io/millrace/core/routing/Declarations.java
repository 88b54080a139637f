package io.millrace.core.routing;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.QueueSpec;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What may be declared, bound and deleted. Pure functions: they look at the topology, change nothing, and throw a
 * {@link io.millrace.core.model.BrokerException} with the wire's text for what is refused. Permissions are not asked here.
 *
 * <p>Names are compared and checked byte by byte as UTF-8; the virtual host's name serves the texts only.
 */
public final class Declarations {
    /** The exchange argument that names where messages without a target go. */
    public static final String ALTERNATE_EXCHANGE = "alternate-exchange";

    private static final int NAME_BYTES_MAX = 255;
    private static final String RESERVED = "amq.";
    private static final String CLASSIC = "classic";

    private Declarations() {}

    /**
     * Checks the declaration of an exchange.
     *
     * @return true if it is to be added, false if an equal one is there
     */
    public static boolean declaresExchange(String vhost, Topology topology, ExchangeSpec spec) {
        ExchangeType type = topology.types().get(spec.type());
        if (spec.name().isEmpty()) {
            throw Refusals.defaultExchange();
        }
        ExchangeSpec current = topology.exchange(spec.name());
        if (current != null) {
            requireEquivalent(vhost, current, spec);
            return false;
        }
        requireName("exchange", spec.name());
        if (spec.name().startsWith(RESERVED)) {
            throw Refusals.reserved("exchange", spec.name());
        }
        Arguments arguments = spec.arguments();
        if (arguments.has(ALTERNATE_EXCHANGE) && !(arguments.get(ALTERNATE_EXCHANGE) instanceof String)) {
            throw Refusals.invalidType(
                    ALTERNATE_EXCHANGE,
                    Refusals.exchange(vhost, spec.name()),
                    FieldText.type(arguments.get(ALTERNATE_EXCHANGE)));
        }
        type.router(arguments);
        return true;
    }

    /** Checks that an exchange is there, for those who ask. */
    public static void requireExchange(String vhost, Topology topology, String name) {
        if (name.isEmpty()) {
            throw Refusals.defaultExchange();
        }
        if (topology.exchange(name) == null) {
            throw Refusals.noExchange(vhost, name);
        }
    }

    /**
     * Checks the deletion of an exchange.
     *
     * @return true if it is to be removed, false if it is not there
     */
    public static boolean deletesExchange(String vhost, Topology topology, String name, boolean ifUnused) {
        if (name.isEmpty()) {
            throw Refusals.defaultExchange();
        }
        if (name.startsWith(RESERVED)) {
            throw Refusals.systemExchange(vhost, name);
        }
        if (topology.exchange(name) == null) {
            return false;
        }
        if (ifUnused && !topology.isUnused(name)) {
            throw Refusals.exchangeInUse(vhost, name);
        }
        return true;
    }

    /**
     * Checks a binding. If both ends are missing it is the source that is named.
     *
     * @return true if it is to be added, false if an equal one is there
     */
    public static boolean binds(String vhost, Topology topology, BindingSpec binding) {
        requireNamed(binding);
        Exchange exchange = topology.lookup(binding.exchange());
        if (exchange == null) {
            throw Refusals.noExchange(vhost, binding.exchange());
        }
        if (binding.toExchange() && topology.lookup(binding.destination()) == null) {
            throw Refusals.noExchange(vhost, binding.destination());
        }
        if (!binding.toExchange() && !topology.hasQueue(binding.destination())) {
            throw Refusals.noQueue(vhost, binding.destination());
        }
        exchange.router.check(binding);
        return !topology.hasBinding(binding);
    }

    /**
     * Checks the end of a binding.
     *
     * @return true if it is to be removed, false if it, its exchange or its destination is not there
     */
    public static boolean unbinds(Topology topology, BindingSpec binding) {
        requireNamed(binding);
        return topology.hasBinding(binding);
    }

    /** The default exchange has no bindings but those that every queue brings along, at neither end. */
    private static void requireNamed(BindingSpec binding) {
        if (binding.exchange().isEmpty()
                || (binding.toExchange() && binding.destination().isEmpty())) {
            throw Refusals.defaultExchange();
        }
    }

    /** Checks the declaration of a queue that is not there. Its name may be a generated one. */
    public static void requireDeclarable(String vhost, QueueSpec spec) {
        requireName("queue", spec.name());
        QueueArguments.check(vhost, spec);
    }

    /** Checks the declaration of a queue whose name is to be generated. */
    public static void requireNameless(QueueSpec spec) {
        if (QueueArguments.isQuorum(spec)) {
            throw Refusals.serverNamed("quorum");
        }
    }

    /** Checks a name for a queue that a client gave, not one that the broker generated. */
    public static void requireUnreserved(String queue) {
        if (queue.startsWith(RESERVED)) {
            throw Refusals.reserved("queue", queue);
        }
    }

    /** Checks that a queue's declaration equals what is there. Who holds an exclusive queue is not asked here. */
    public static void requireEquivalent(String vhost, QueueSpec current, QueueSpec received) {
        if (current.exclusive() != received.exclusive()) {
            throw Refusals.queueLocked(vhost, current.name());
        }
        String subject = Refusals.queue(vhost, current.name());
        requireSame("durable", subject, current.durable(), received.durable());
        requireSame("auto_delete", subject, current.autoDelete(), received.autoDelete());
        for (String argument : QueueArguments.comparedNames()) {
            requireSameArgument(argument, subject, current.arguments(), received.arguments());
        }
        requireSameQueueType(subject, current.arguments(), received.arguments());
    }

    private static void requireEquivalent(String vhost, ExchangeSpec current, ExchangeSpec received) {
        String subject = Refusals.exchange(vhost, current.name());
        requireSame("type", subject, current.type(), received.type());
        requireSame("durable", subject, current.durable(), received.durable());
        requireSame("auto_delete", subject, current.autoDelete(), received.autoDelete());
        requireSame("internal", subject, current.internal(), received.internal());
        requireSameArgument(ALTERNATE_EXCHANGE, subject, current.arguments(), received.arguments());
    }

    private static void requireSame(String field, String subject, Object current, Object received) {
        if (!current.equals(received)) {
            throw Refusals.inequivalent(field, subject, "'" + received + "'", "'" + current + "'");
        }
    }

    private static void requireSameArgument(String name, String subject, Arguments current, Arguments received) {
        Object there = current.get(name);
        Object wanted = received.get(name);
        if (current.has(name) && received.has(name)) {
            if (!Arguments.sameValue(there, wanted)) {
                throw Refusals.inequivalent(
                        name, subject, "'" + FieldText.value(wanted) + "'", "'" + FieldText.value(there) + "'");
            }
        } else if (current.has(name) || received.has(name)) {
            throw Refusals.inequivalent(
                    name,
                    subject,
                    FieldText.presence(received.has(name), wanted),
                    FieldText.presence(current.has(name), there));
        }
    }

    /** A queue without a type is a classic one, so naming that type makes no difference. */
    private static void requireSameQueueType(String subject, Arguments current, Arguments received) {
        if (!queueType(current.get(QueueArguments.TYPE)).equals(queueType(received.get(QueueArguments.TYPE)))) {
            requireSameArgument(QueueArguments.TYPE, subject, current, received);
        }
    }

    private static String queueType(@Nullable Object value) {
        return value instanceof String type ? type : CLASSIC;
    }

    private static void requireName(String kind, String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > NAME_BYTES_MAX) {
            throw Refusals.badName(kind, "of " + bytes + " bytes is too long");
        }
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                throw Refusals.badName(kind, "has the control character " + (int) name.charAt(i) + " at place " + i);
            }
        }
    }
}
