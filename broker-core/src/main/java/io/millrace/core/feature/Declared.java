package io.millrace.core.feature;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.policy.PolicyKeys;
import org.jspecify.annotations.Nullable;

/**
 * A queue as its features see it: what it was declared as, and what policies say about it.
 *
 * @param virtualHost the virtual host's name, for messages
 * @param spec what is being declared
 * @param policy the merged policies that apply to it, by their keys; none if there are none
 */
public record Declared(String virtualHost, QueueSpec spec, Arguments policy) {

    /**
     * A numeric setting: the stricter of the argument {@code x-key} and the policies' {@code key}, which is the smaller one
     * but for a delivery limit that is none; null if neither is there. Values were checked when they were given.
     */
    public @Nullable Long number(String key) {
        Object argument = spec.arguments().get("x-" + key);
        Object ruled = policy.get(key);
        if (argument instanceof Long own) {
            return ruled instanceof Long other ? Long.valueOf(stricter(key, own, other)) : own;
        }
        return ruled instanceof Long other ? other : null;
    }

    private static long stricter(String key, long own, long ruled) {
        return key.equals("delivery-limit") ? PolicyKeys.deliveryLimit(own, ruled) : Math.min(own, ruled);
    }

    /** A setting that is text: the argument {@code x-key}, or else the policies' {@code key}; null if neither is there. */
    public @Nullable String text(String key) {
        if (spec.arguments().get("x-" + key) instanceof String own) {
            return own;
        }
        return policy.get(key) instanceof String ruled ? ruled : null;
    }

    /** Whether the argument {@code x-key} is there and true. */
    public boolean flag(String key) {
        return Boolean.TRUE.equals(spec.arguments().get("x-" + key));
    }

    /** The refusal of an argument, in the wire's form. */
    public BrokerException invalid(String argument, String why) {
        return new BrokerException(
                ErrorCode.PRECONDITION_FAILED,
                "invalid arg '" + argument + "' for queue '" + spec.name() + "' in vhost '" + virtualHost + "': "
                        + why);
    }
}
