package io.millrace.server.amqp091;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client says it understands, from {@code capabilities} in the properties of connection.start-ok.
 *
 * @param authenticationFailureClose it wants to be told that its login failed
 * @param consumerCancelNotify it understands basic.cancel from the broker
 * @param connectionBlocked it understands connection.blocked
 */
public record ClientCapabilities(
        boolean authenticationFailureClose, boolean consumerCancelNotify, boolean connectionBlocked) {

    static final ClientCapabilities NONE = new ClientCapabilities(false, false, false);

    /** Reads them from the client's properties. */
    static ClientCapabilities of(Map<String, @Nullable Object> clientProperties) {
        if (clientProperties.get("capabilities") instanceof Map<?, ?> capabilities) {
            return new ClientCapabilities(
                    has(capabilities, "authentication_failure_close"),
                    has(capabilities, "consumer_cancel_notify"),
                    has(capabilities, "connection.blocked"));
        }
        return NONE;
    }

    private static boolean has(Map<?, ?> capabilities, String name) {
        return Boolean.TRUE.equals(capabilities.get(name));
    }
}
