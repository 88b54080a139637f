package io.millrace.benchmarks.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameWalkTest {
    private final FrameWalk walk = new FrameWalk(1000);
    private final List<String> seen = new ArrayList<>();
    private final FrameSink sink = new FrameSink() {
        @Override
        public void method(int channel, int method, ByteBuffer buffer, int at, int end) {
            seen.add("method " + channel + " " + Wire.name(method) + " " + (end - at));
        }

        @Override
        public void header(int channel, long bodySize) {
            seen.add("header " + channel + " " + bodySize);
        }

        @Override
        public void body(int channel, ByteBuffer buffer, int at, int length) {
            seen.add("body " + channel + " " + length + " " + buffer.get(at + length - 1));
        }
    };

    private static ByteBuffer delivery() {
        FrameWriter out = new FrameWriter(16);
        out.method(3, Wire.BASIC_DELIVER)
                .shortText("c")
                .u64(7)
                .u8(0)
                .shortText("")
                .shortText("q")
                .end();
        out.frame(Wire.HEADER, 3).u16(60).u16(0).u64(20).u16(0).end();
        out.frame(Wire.BODY, 3).bytes(new byte[] {1, 2, 3}).end();
        out.frame(Wire.HEARTBEAT, 0).end();
        return out.written();
    }

    @Test
    void every_frame_of_a_delivery_is_handed_over() {
        ByteBuffer frames = delivery();
        walk.walk(frames, sink);

        assertEquals(List.of("method 3 basic.deliver 14", "header 3 20", "body 3 3 3"), seen);
        assertEquals(0, frames.remaining());
    }

    @Test
    void frames_cut_at_any_place_are_handed_over_once_they_are_whole() {
        ByteBuffer whole = delivery();
        for (int cut = 0; cut <= whole.limit(); cut++) {
            seen.clear();
            ByteBuffer some = whole.duplicate().limit(cut).position(0);
            walk.walk(some, sink);
            some.limit(whole.limit());
            walk.walk(some, sink);

            assertEquals(List.of("method 3 basic.deliver 14", "header 3 20", "body 3 3 3"), seen, "cut at " + cut);
        }
    }

    @Test
    void frame_without_its_end_fails() {
        ByteBuffer frames = delivery();
        frames.put(frames.limit() - 1, (byte) 0);

        assertTrue(assertThrows(BrokerFailure.class, () -> walk.walk(frames, sink))
                .getMessage()
                .contains("0xCE"));
    }

    @Test
    void frame_longer_than_agreed_fails_before_it_has_come() {
        ByteBuffer frames =
                new FrameWriter(16).u8(Wire.BODY).u16(1).u32(1001).u8(0).written();

        assertTrue(assertThrows(BrokerFailure.class, () -> walk.walk(frames, sink))
                .getMessage()
                .contains("1001 bytes; agreed: at most 1000"));
    }
}
