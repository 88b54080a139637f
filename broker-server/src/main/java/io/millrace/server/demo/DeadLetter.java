package io.millrace.server.demo;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A dead letter as any client sees it, told in words. */
final class DeadLetter {
    private static final int BODY_SHOWN = 160;

    private DeadLetter() {}

    /** Looks at the first message of the dead-letter queue, which stays there; no lines if there is none. */
    static List<String> first(Connection connection) throws IOException {
        Channel channel = connection.createChannel();
        if (channel == null) {
            throw new IOException("the broker allows no further channel");
        }
        try {
            GetResponse response = channel.basicGet(DemoNames.DEAD_QUEUE, false);
            if (response == null) {
                return List.of();
            }
            channel.basicNack(response.getEnvelope().getDeliveryTag(), false, true);
            Map<String, @Nullable Object> headers = response.getProps().getHeaders();
            return lines(
                    response.getProps().getMessageId(),
                    response.getEnvelope().getRoutingKey(),
                    response.getBody(),
                    headers == null ? Map.of() : headers);
        } finally {
            Closing.quietly(channel);
        }
    }

    static List<String> lines(
            @Nullable String number, String routingKey, byte[] body, Map<String, @Nullable Object> headers) {
        List<String> lines = new ArrayList<>();
        lines.add("event " + number + ", routing key '" + routingKey + "', " + body.length + " bytes: " + shown(body));
        if (headers.get("x-death") instanceof List<?> deaths) {
            for (Object death : deaths) {
                if (death instanceof Map<?, ?> entry) {
                    lines.add("x-death: " + inWords(entry));
                }
            }
        } else {
            lines.add("it has no x-death header");
        }
        return lines;
    }

    private static String inWords(Map<?, ?> death) {
        String times = "1".equals(text(death.get("count"))) ? "once" : text(death.get("count")) + " times";
        String keys = death.get("routing-keys") instanceof List<?> list
                ? String.join("', '", list.stream().map(DeadLetter::text).toList())
                : "";
        return text(death.get("reason")) + " " + times + " from the queue '" + text(death.get("queue")) + "', "
                + (death.get("time") instanceof Date time ? "first at " + time.toInstant() : "")
                + ", where it had come by the exchange '" + text(death.get("exchange")) + "' with the routing key '"
                + keys + "'";
    }

    private static String text(@Nullable Object value) {
        return value == null ? "?" : value.toString();
    }

    /** The beginning of a body, without anything that could steer a terminal. */
    private static String shown(byte[] body) {
        String text = new String(body, 0, Math.min(body.length, BODY_SHOWN * 4), StandardCharsets.UTF_8);
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length() && shown.length() < BODY_SHOWN; i++) {
            char character = text.charAt(i);
            shown.append(Character.isISOControl(character) ? ' ' : character);
        }
        return shown.length() < text.length() || body.length > BODY_SHOWN * 4 ? shown + " ..." : shown.toString();
    }
}
