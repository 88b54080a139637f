package io.millrace.server.torture;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.millrace.server.torture.History.Message;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** What messages hold: from their publisher and number alone, so that whoever gets one knows what it ought to be. */
final class Bodies {
    static final int BYTES_MAX = 300 << 10;

    private static final int HEADER_BYTES = 16;

    private final long seed;

    Bodies(long seed) {
        this.seed = seed;
    }

    /** A few bytes mostly, at times none, at times many frames. */
    byte[] of(Message message) {
        SplittableRandom random = new SplittableRandom(
                seed ^ (message.publisher() * 1_000_003L + message.number() * 0x9E3779B97F4A7C15L));
        int chance = random.nextInt(200);
        int bytes = chance == 0 ? 0 : chance == 1 ? random.nextInt(BYTES_MAX + 1) : random.nextInt(1_500);
        byte[] body = new byte[bytes];
        random.nextBytes(body);
        if (bytes >= HEADER_BYTES) {
            CRC32C crc = new CRC32C();
            crc.update(body, HEADER_BYTES, bytes - HEADER_BYTES);
            ByteBuffer.wrap(body)
                    .putInt(message.publisher())
                    .putLong(message.number())
                    .putInt((int) crc.getValue());
        }
        return body;
    }

    static BasicProperties properties(Message message, byte[] body, int priority) {
        return new BasicProperties.Builder()
                .deliveryMode(2)
                .messageId(message.id())
                .priority(priority)
                .headers(Map.of("bytes", body.length))
                .build();
    }

    /** Whether a message is as it was sent. */
    boolean intact(Message message, BasicProperties properties, byte[] body) {
        return Arrays.equals(of(message), body)
                && Integer.valueOf(2).equals(properties.getDeliveryMode())
                && Objects.equals(body.length, properties.getHeaders().get("bytes"));
    }
}
