package io.millrace.server.demo;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The exchange, queues and bindings of the demonstration on a broker. */
final class DemoTopology {
    private static final List<String> QUEUES = List.of(
            DemoNames.EVERYTHING, DemoNames.BY_FIRST, DemoNames.BY_LAST, DemoNames.UNLUCKY, DemoNames.DEAD_QUEUE);

    private final Connection connection;

    DemoTopology(Connection connection) {
        this.connection = connection;
    }

    /**
     * Removes what a former run has left behind.
     *
     * @throws IOException among others, if a queue has consumers: another demonstration is running on that broker
     */
    void removeOld() throws IOException {
        for (String queue : QUEUES) {
            onOwnChannel(channel -> channel.queueDelete(queue, true, false));
        }
        onOwnChannel(channel -> channel.exchangeDelete(DemoNames.EXCHANGE));
        onOwnChannel(channel -> channel.exchangeDelete(DemoNames.DEAD_EXCHANGE));
    }

    /** Declares durable queues, bound as they say; those that fail have a dead-letter exchange. */
    void declare(List<DemoQueue> queues) throws IOException {
        onOwnChannel(channel -> {
            channel.exchangeDeclare(DemoNames.EXCHANGE, BuiltinExchangeType.TOPIC, true);
            channel.exchangeDeclare(DemoNames.DEAD_EXCHANGE, BuiltinExchangeType.FANOUT, true);
            channel.queueDeclare(DemoNames.DEAD_QUEUE, true, false, false, Map.of());
            channel.queueBind(DemoNames.DEAD_QUEUE, DemoNames.DEAD_EXCHANGE, "");
            for (DemoQueue queue : queues) {
                Map<String, Object> arguments =
                        queue.failing() ? Map.of("x-dead-letter-exchange", DemoNames.DEAD_EXCHANGE) : Map.of();
                channel.queueDeclare(queue.name(), true, false, false, arguments);
                for (String pattern : queue.patterns()) {
                    channel.queueBind(queue.name(), DemoNames.EXCHANGE, pattern);
                }
            }
        });
    }

    /** How many messages are ready in a queue. */
    long ready(String queue) throws IOException {
        long[] count = new long[1];
        onOwnChannel(channel -> count[0] = channel.queueDeclarePassive(queue).getMessageCount());
        return count[0];
    }

    /** What is done with a channel. */
    private interface Steps {
        void on(Channel channel) throws IOException;
    }

    private void onOwnChannel(Steps steps) throws IOException {
        Channel channel = connection.createChannel();
        if (channel == null) {
            throw new IOException("the broker allows no further channel");
        }
        try {
            steps.on(channel);
        } finally {
            Closing.quietly(channel);
        }
    }
}
