package io.millrace.benchmarks.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageBatchTest {
    /** Key and stamp of each message, and whether its body ends as it must. */
    private static List<String> read(ByteBuffer frames) {
        List<String> messages = new ArrayList<>();
        String[] key = new String[1];
        long[] stamp = {-1};
        int[] left = new int[1];
        new FrameWalk(1 << 20).walk(frames, new FrameSink() {
            @Override
            public void method(int channel, int method, ByteBuffer buffer, int at, int end) {
                int exchange = buffer.get(at + 2);
                byte[] text = new byte[buffer.get(at + 3 + exchange)];
                buffer.get(at + 4 + exchange, text);
                key[0] = new String(text, java.nio.charset.StandardCharsets.UTF_8);
            }

            @Override
            public void header(int channel, long bodySize) {
                left[0] = (int) bodySize;
                stamp[0] = -1;
            }

            @Override
            public void body(int channel, ByteBuffer buffer, int at, int length) {
                stamp[0] = stamp[0] < 0 ? buffer.getLong(at) : stamp[0];
                left[0] -= length;
                if (left[0] == 0) {
                    boolean ends = buffer.get(at + length - 1) == MessageBatch.last(stamp[0]);
                    messages.add(key[0] + " " + stamp[0] + " " + ends);
                }
            }
        });
        return messages;
    }

    @Test
    void messages_go_round_and_bear_their_own_numbers() {
        MessageBatch batch = MessageBatch.of("x", List.of("a", "b", "c"), 20, false, 1000, 400);

        assertEquals(3, batch.slots());
        assertEquals(List.of("a 5 true", "b 6 true"), read(batch.take(2, 5)));
        assertEquals(1, batch.upTo(2));
        assertEquals(List.of("c 7 true"), read(batch.take(1, 7)));
        assertEquals(List.of("a 8 true", "b 9 true", "c 10 true"), read(batch.take(batch.upTo(9), 8)));
    }

    @Test
    void body_that_does_not_fit_into_a_frame_takes_several() {
        MessageBatch batch = MessageBatch.of("", List.of("q"), 2500, true, 1000, 1);

        assertEquals(List.of("q 41 true"), read(batch.take(1, 41)));
    }
}
