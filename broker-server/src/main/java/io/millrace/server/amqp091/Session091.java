package io.millrace.server.amqp091;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was agreed with a client before its connection opened.
 *
 * @param user the name it logged in with
 * @param mechanism how it logged in
 * @param mayImpersonate whether its messages may name any user as their user-id
 * @param virtualHost the virtual host it asked for
 * @param clientProperties what it says of itself
 * @param capabilities what it understands
 * @param description the connection's name: its address and ours
 * @param channelMax the highest channel number
 * @param frameMaxBytes the largest frame in both directions
 * @param heartbeatSeconds the interval of heartbeats; 0 = none
 */
public record Session091(
        String user,
        String mechanism,
        boolean mayImpersonate,
        String virtualHost,
        Map<String, @Nullable Object> clientProperties,
        ClientCapabilities capabilities,
        String description,
        int channelMax,
        int frameMaxBytes,
        int heartbeatSeconds) {}
