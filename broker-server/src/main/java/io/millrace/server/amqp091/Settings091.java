package io.millrace.server.amqp091;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an AMQP 0-9-1 listener offers and where its bounds are.
 *
 * @param serverProperties what connection.start says of the server, in the types of
 *     {@link io.millrace.core.model.Arguments}
 * @param channelMax most channels of a connection, and the highest channel number; 1..65,535
 * @param frameMaxBytes largest frame that is offered, its 8 bytes of framing included; 4,096..1,048,576
 * @param frameMaxBeforeLoginBytes largest frame that is taken before connection.tune-ok; 4,096..65,536
 * @param heartbeatSeconds interval that is offered; 0 = none; 0..65,535
 * @param handshakeMillis time from connecting to connection.open, in total; 1 or more
 * @param closeMillis time that the client has to answer connection.close; 1 or more
 * @param messageMaxBytes largest message body; 0..1,073,741,824
 * @param assemblyMaxBytes most bytes that all channels of a connection together may hold of messages whose bodies are
 *     not complete; at least {@code messageMaxBytes} plus 1 MiB
 * @param headersMaxBytes largest headers table of a message
 * @param headersMaxEntries most entries in a headers table, those of nested tables included
 * @param highWaterBytes unsent bytes above which no delivery is taken; and bytes of other answers, on top of these,
 *     above which reading stops
 * @param consumersMax most consumers of a channel; 1 or more
 * @param unsettledMax most deliveries of a channel that may wait for their settlement; 1 or more
 * @param repliesMax most commands of a connection that may wait for their answer before reading stops; 1 or more
 */
public record Settings091(
        Map<String, @Nullable Object> serverProperties,
        int channelMax,
        int frameMaxBytes,
        int frameMaxBeforeLoginBytes,
        int heartbeatSeconds,
        int handshakeMillis,
        int closeMillis,
        int messageMaxBytes,
        long assemblyMaxBytes,
        int headersMaxBytes,
        int headersMaxEntries,
        int highWaterBytes,
        int consumersMax,
        int unsettledMax,
        int repliesMax) {

    /** The defaults, with these properties of the server. */
    public static Settings091 defaults(Map<String, @Nullable Object> serverProperties) {
        return new Settings091(
                serverProperties,
                2_047,
                131_072,
                8_192,
                60,
                10_000,
                10_000,
                128 << 20,
                160L << 20,
                64 << 10,
                1_000,
                1 << 20,
                65_535,
                1 << 20,
                4_096);
    }
}
