package io.millrace.core.log.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.disk.DiskFile;
import io.millrace.core.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups as pages. */
class PageOutputTest {
    private static final int PAGE = DiskFile.PAGE_BYTES;

    private final PageOutput output = new PageOutput();

    /** A group of that many pages in pieces of random sizes, some of them empty. */
    private static ByteBuffer[] group(int bytes, SplittableRandom random) {
        ByteBuffer[] buffers = new ByteBuffer[bytes];
        int count = 0;
        int at = 0;
        while (at < bytes) {
            int piece = Math.min(bytes - at, random.nextInt(random.nextInt(1, bytes)));
            ByteBuffer buffer = ByteBuffer.allocateDirect(piece + 7).position(3).limit(piece + 3);
            for (int i = 0; i < piece; i++) {
                buffer.put(i + 3, (byte) ((at + i) * 31 >> 5));
            }
            buffers[count++] = buffer;
            at += piece;
        }
        return java.util.Arrays.copyOf(buffers, count);
    }

    private static void check(DiskFile file, int bytes, long at) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(bytes);
        assertEquals(bytes, file.read(read, at));
        for (int i = 0; i < bytes; i++) {
            assertEquals((byte) (i * 31 >> 5), read.get(i), "at " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, 127, 128, 129, 400})
    void a_group_stands_in_the_file_in_its_order(int pages) throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        try (DiskFile file = disk.create("file")) {
            ByteBuffer[] buffers = group(pages * PAGE, new SplittableRandom(pages));
            output.write(file, buffers, buffers.length, pages * PAGE, 2 * PAGE);
            check(file, pages * PAGE, 2 * PAGE);
            assertEquals((pages + 2) * PAGE, file.size());
        }
    }

    @Test
    void small_and_large_groups_follow_each_other() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        try (DiskFile file = disk.create("file")) {
            long at = 0;
            for (int pages : new int[] {1, 300, 2, 1, 5}) {
                ByteBuffer[] buffers = group(pages * PAGE, new SplittableRandom(pages));
                output.write(file, buffers, buffers.length, pages * PAGE, at);
                check(file, pages * PAGE, at);
                at += pages * PAGE;
            }
        }
    }
}
