package io.millrace.server.node;

import io.millrace.config.BrokerConfig;
import io.millrace.server.amqp091.Settings091;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the broker says of itself to AMQP 0-9-1 clients, and the bounds that it gives them, out of the configuration. */
final class Offers {
    /** What all channels of a connection may hold of unfinished messages beyond one of the largest size. */
    private static final long ASSEMBLY_SPARE_BYTES = 32L << 20;

    private Offers() {}

    static Settings091 of(BrokerConfig config) {
        BrokerConfig.Amqp amqp = config.amqp();
        Settings091 usual = Settings091.defaults(properties(config));
        return new Settings091(
                usual.serverProperties(),
                amqp.channelMax(),
                amqp.frameBytesMax(),
                usual.frameMaxBeforeLoginBytes(),
                (int) amqp.heartbeat().toSeconds(),
                (int) amqp.handshakeTimeout().toMillis(),
                usual.closeMillis(),
                amqp.messageBytesMax(),
                amqp.messageBytesMax() + ASSEMBLY_SPARE_BYTES,
                usual.headersMaxBytes(),
                usual.headersMaxEntries(),
                usual.highWaterBytes(),
                usual.consumersMax(),
                usual.unsettledMax(),
                usual.repliesMax());
    }

    private static Map<String, @Nullable Object> properties(BrokerConfig config) {
        Map<String, @Nullable Object> capabilities = new LinkedHashMap<>();
        for (String each : new String[] {
            "publisher_confirms",
            "exchange_exchange_bindings",
            "basic.nack",
            "consumer_cancel_notify",
            "connection.blocked",
            "consumer_priorities",
            "authentication_failure_close",
            "per_consumer_qos",
            "direct_reply_to"
        }) {
            capabilities.put(each, true);
        }
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        properties.put("capabilities", capabilities);
        properties.put("cluster_name", config.nodeName());
        properties.put("product", config.amqp().product());
        properties.put("version", version());
        properties.put("platform", "Java " + Runtime.version().feature());
        properties.put("copyright", "");
        properties.put("information", "Licensed under Apache-2.0");
        return properties;
    }

    /** The version of the broker. */
    static String version() {
        String version = Offers.class.getPackage().getImplementationVersion();
        return version == null ? "0.0.0" : version;
    }
}
