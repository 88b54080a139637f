package io.millrace.core.log.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.log.LogBench;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The end of a log, byte by byte: what nothing proves is cut off, what something proves is refused. */
class LogEndTest {
    private static final int PAGE = 4096;
    private static final int MAGIC = 0x4652524D;
    private static final int HEADER = 64;
    private static final int BODY_BYTES_AT = 8;
    private static final int KIND_AT = 6;
    private static final int EVENTS = 1;
    private static final int FLUSHED = 2;
    private static final int LAST = 5;

    /** What stands where the rest of the last group was to be written. The file has its size before. */
    private enum Rest {
        ZEROS,
        RANDOM
    }

    private final SimulatedDisk disk = new SimulatedDisk();
    private final LogBench bench = LogBench.on(disk);

    /** Two frames, each flushed, and a group of three behind them, which nothing proves; the file's content. */
    private byte[] written() throws IOException {
        bench.open(1);
        bench.store(300);
        bench.store(500);
        bench.append(70);
        bench.append(0);
        bench.append(900);
        bench.run();
        byte[] image = disk.content(bench.newestWal());
        bench.abandon();
        return image;
    }

    /** Where frames with events begin, in order. */
    private static List<Integer> frames(byte[] image) {
        ByteBuffer file = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> frames = new ArrayList<>();
        for (int at = PAGE; at + HEADER <= image.length; at += HEADER) {
            if (file.getInt(at) == MAGIC && file.getShort(at + KIND_AT) == EVENTS) {
                frames.add(at);
            }
        }
        assertEquals(LAST, frames.size());
        return frames;
    }

    private static int end(byte[] image, int frame) {
        return frame
                + HEADER
                + ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).getInt(frame + BODY_BYTES_AT);
    }

    /** How many frames from the first on are as they were. */
    private static int whole(byte[] before, byte[] now) {
        int whole = 0;
        for (int frame : frames(before)) {
            int end = end(before, frame);
            if (!Arrays.equals(before, frame, end, now, frame, end)) {
                break;
            }
            whole++;
        }
        return whole;
    }

    private LogBench with(byte[] image) throws IOException {
        SimulatedDisk copy = disk.copy();
        copy.content(bench.newestWal(), image);
        return LogBench.on(copy);
    }

    @ParameterizedTest
    @EnumSource
    void last_group_that_ends_at_any_byte_is_read_up_to_its_last_whole_frame(Rest rest) throws IOException {
        byte[] image = written();
        SplittableRandom random = new SplittableRandom(3);
        for (int cut = frames(image).get(FLUSHED);
                cut <= end(image, frames(image).get(LAST - 1));
                cut++) {
            byte[] torn = image.clone();
            for (int at = cut; at < torn.length; at++) {
                torn[at] = rest == Rest.ZEROS ? 0 : (byte) random.nextInt();
            }
            int whole = whole(image, torn);
            LogBench after = with(torn);
            after.open(1);
            after.assertReplayed(1, whole);
            assertEquals(whole + 1, after.store(10), "cut at byte " + cut);
        }
    }

    @Test
    void byte_that_changed_in_the_last_group_ends_the_log_before_its_frame() throws IOException {
        byte[] image = written();
        for (int at = frames(image).get(FLUSHED); at < end(image, frames(image).get(LAST - 1)); at++) {
            byte[] changed = image.clone();
            changed[at] ^= 0x10;
            LogBench after = with(changed);
            after.open(1);
            after.assertReplayed(1, whole(image, changed));
        }
    }

    @Test
    void byte_that_changed_before_the_last_group_is_refused() throws IOException {
        byte[] image = written();
        for (int frame : frames(image).subList(0, FLUSHED)) {
            for (int at = frame; at < end(image, frame); at++) {
                byte[] changed = image.clone();
                changed[at] ^= 0x10;
                LogBench after = with(changed);
                LogException refused = assertThrows(LogException.class, () -> after.open(1), "byte " + at);
                assertEquals(Kind.CORRUPT, refused.kind());
            }
        }
    }
}
