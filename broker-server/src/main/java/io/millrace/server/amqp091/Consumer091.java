package io.millrace.server.amqp091;

import java.nio.charset.StandardCharsets;

/** A consumer of a channel. */
final class Consumer091 {
    private final int number;
    private final String tag;
    private final byte[] tagField;
    private final boolean settled;

    /**
     * @param number its number in the lane, 1 or more
     * @param tag its consumer tag, at most 255 bytes of UTF-8
     * @param settled whether its deliveries need no settlement
     */
    Consumer091(int number, String tag, boolean settled) {
        this.number = number;
        this.tag = tag;
        this.settled = settled;
        byte[] bytes = tag.getBytes(StandardCharsets.UTF_8);
        tagField = new byte[bytes.length + 1];
        tagField[0] = (byte) bytes.length;
        System.arraycopy(bytes, 0, tagField, 1, bytes.length);
    }

    int number() {
        return number;
    }

    String tag() {
        return tag;
    }

    /** The tag as a short string on the wire, its length in front. */
    byte[] tagField() {
        return tagField;
    }

    boolean settled() {
        return settled;
    }
}
