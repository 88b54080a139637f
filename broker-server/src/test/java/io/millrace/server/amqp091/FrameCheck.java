package io.millrace.server.amqp091;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Checks that what a server sends is well-formed, as a strict client would. */
final class FrameCheck {
    private FrameCheck() {}

    /** Walks everything that was sent. Returns how many frames there were. */
    static int check(ByteBuf sent, int frameMax) {
        ByteBuf in = sent.duplicate();
        if (in.readableBytes() >= 8 && in.getByte(in.readerIndex()) == 'A') {
            byte[] header = new byte[8];
            in.readBytes(header);
            assertEquals("AMQP", new String(header, 0, 4, StandardCharsets.US_ASCII));
            assertEquals(0, in.readableBytes(), "nothing follows a refusal of the protocol");
            return 0;
        }
        int frames = 0;
        Map<Integer, Long> missing = new HashMap<>();
        while (in.isReadable()) {
            assertTrue(in.readableBytes() >= 8, "frames are whole");
            int type = in.readUnsignedByte();
            int channel = in.readUnsignedShort();
            int size = in.readInt();
            assertTrue(size >= 0 && size <= frameMax - 8 && size < in.readableBytes(), "size " + size);
            content(missing, type, channel, in.slice(in.readerIndex(), size));
            in.skipBytes(size);
            assertEquals(0xCE, in.readUnsignedByte());
            frames++;
        }
        assertEquals(Map.of(), missing, "messages are whole");
        return frames;
    }

    /** Keeps count of what each channel still has to send of a message; -1 = the header. */
    private static void content(Map<Integer, Long> missing, int type, int channel, ByteBuf payload) {
        switch (type) {
            case 1 -> {
                assertTrue(!missing.containsKey(channel), "content is not interrupted");
                int method = payload.getInt(0);
                if (method == Method.BASIC_DELIVER || method == Method.BASIC_GET_OK || method == Method.BASIC_RETURN) {
                    missing.put(channel, -1L);
                }
            }
            case 2 -> {
                assertEquals(-1L, missing.getOrDefault(channel, 0L));
                missing.remove(channel);
                assertEquals(60 << 16, payload.getInt(0));
                if (payload.getLong(4) > 0) {
                    missing.put(channel, payload.getLong(4));
                }
            }
            case 3 -> {
                long left = missing.getOrDefault(channel, -1L) - payload.readableBytes();
                missing.remove(channel);
                assertTrue(left >= 0 && payload.isReadable());
                if (left > 0) {
                    missing.put(channel, left);
                }
            }
            default -> {
                assertEquals(8, type);
                assertEquals(0, channel);
                assertEquals(0, payload.readableBytes());
            }
        }
    }
}
