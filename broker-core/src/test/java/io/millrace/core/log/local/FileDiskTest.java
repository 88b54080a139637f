package io.millrace.core.log.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.Disk;
import io.millrace.core.disk.DiskFile;
import io.millrace.core.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real disk, and that the simulated one behaves as it does. */
class FileDiskTest {
    @TempDir
    Path temporary = Path.of("");

    private Disk disk(boolean real) throws IOException {
        return real ? new FileDisk(temporary.resolve("root")) : new SimulatedDisk();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void names_come_go_and_change(boolean real) throws IOException {
        Disk disk = disk(real);
        assertEquals(List.of(), disk.list("a/b"));
        disk.createDirectory("a/b");
        disk.createDirectory("a/b");
        disk.create("a/b/two").close();
        disk.create("a/b/one").close();
        assertThrows(IOException.class, () -> disk.create("a/b/one"));
        assertThrows(IOException.class, () -> disk.open("a/b/none"));
        assertEquals(List.of("one", "two"), disk.list("a/b"));
        disk.rename("a/b/one", "a/b/two");
        assertEquals(List.of("two"), disk.list("a/b"));
        assertTrue(disk.exists("a/b/two"));
        disk.forceDirectory("a/b");
        disk.delete("a/b/two");
        disk.delete("a/b/two");
        assertFalse(disk.exists("a/b/two"));
        assertEquals(List.of(), disk.list("a"));
        assertTrue(disk.usableBytes() > 0);
    }

    private static ByteBuffer pages(int count, int content) {
        int bytes = count * DiskFile.PAGE_BYTES;
        ByteBuffer pages = ByteBuffer.allocateDirect(bytes + DiskFile.PAGE_BYTES)
                .alignedSlice(DiskFile.PAGE_BYTES)
                .slice(0, bytes);
        while (pages.hasRemaining()) {
            pages.putInt(content);
        }
        return pages.flip();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void pages_and_other_writes_of_a_file_see_each_other(boolean real) throws IOException {
        Disk disk = disk(real);
        disk.create("file").close();
        int page = DiskFile.PAGE_BYTES;
        try (DiskFile file = disk.openForPages("file")) {
            file.preallocate((3 << 20) + 2 * page + 5);
            assertEquals((3 << 20) + 2 * page + 5, file.size());
            file.writePages(pages(2, 1), page);
            file.write(ByteBuffer.allocate(4).putInt(0, 2), 2 * page + 8);
            file.writePages(pages(1, 3), 3 * page);
            file.force();
            disk.rename("file", "other");
            file.writePages(pages(1, 4), 4 * page);
        }
        try (DiskFile file = disk.open("other")) {
            ByteBuffer read = ByteBuffer.allocate(6 * page);
            assertEquals(read.capacity(), file.read(read, 0));
            int[] expected = {0, 1, 1, 3, 4, 0};
            for (int i = 0; i < read.capacity(); i += 4) {
                assertEquals(i == 2 * page + 8 ? 2 : expected[i / page], read.getInt(i), "at " + i);
            }
            assertEquals(5, file.read(ByteBuffer.allocate(100), (3 << 20) + 2 * page));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bytes_are_written_where_they_belong(boolean real) throws IOException {
        Disk disk = disk(real);
        try (DiskFile file = disk.create("file")) {
            file.preallocate(3_000_000);
            assertEquals(3_000_000, file.size());
            ByteBuffer[] buffers = new ByteBuffer[3_000];
            for (int i = 0; i < buffers.length; i++) {
                buffers[i] = (i % 2 == 0 || real ? ByteBuffer.allocateDirect(4) : ByteBuffer.allocate(4)).putInt(0, i);
            }
            file.write(buffers, buffers.length - 1, 1_000);
            file.preallocate(2_000_000);
            file.force();
            assertEquals(3_000_000, file.size());
            ByteBuffer read = ByteBuffer.allocate(4 * buffers.length);
            assertEquals(read.capacity(), file.read(read, 1_000));
            for (int i = 0; i < buffers.length - 1; i++) {
                assertEquals(i, read.getInt(4 * i));
            }
            assertEquals(0, read.getInt(4 * (buffers.length - 1)), "more buffers than were to be written");
            assertEquals(10, file.read(ByteBuffer.allocate(100), 3_000_000 - 10));
            assertEquals(0, file.read(ByteBuffer.allocate(100), 3_000_000));
        }
    }

    @Test
    void directories_below_one_that_is_missing_may_be_made_at_once() throws Exception {
        ExecutorService both = Executors.newFixedThreadPool(2);
        FileDisk disk = new FileDisk(temporary.resolve("root"));
        try {
            for (int round = 0; round < 300; round++) {
                String parent = "parent" + round;
                CyclicBarrier together = new CyclicBarrier(2);
                List<Future<?>> made = new ArrayList<>();
                for (String name : List.of("one", "two")) {
                    made.add(both.submit(() -> {
                        together.await();
                        disk.createDirectory(parent + "/" + name);
                        return null;
                    }));
                }
                for (Future<?> each : made) {
                    each.get();
                }
            }
        } finally {
            both.shutdown();
        }
    }

    @Test
    void heap_buffers_larger_than_a_piece_are_moved_whole() throws IOException {
        Disk disk = disk(true);
        byte[] bytes = new byte[(5 << 20) + 17];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31 >> 8);
        }
        try (DiskFile file = disk.create("file")) {
            ByteBuffer[] both = {
                ByteBuffer.wrap(bytes), ByteBuffer.allocateDirect(3).put(2, (byte) 7)
            };
            file.write(both, 2, 5);
            ByteBuffer read = ByteBuffer.allocate(bytes.length);
            assertEquals(bytes.length, file.read(read, 5));
            assertArrayEquals(bytes, read.array());
            ByteBuffer end = ByteBuffer.allocate(10);
            assertEquals(3, file.read(end, 5 + bytes.length));
            assertEquals(7, end.get(2));
        }
    }

    @Test
    void files_and_directories_are_for_the_owner_alone() throws IOException {
        FileDisk disk = new FileDisk(temporary.resolve("root"));
        disk.createDirectory("a/b");
        disk.create("a/b/file").close();
        for (String directory : List.of("", "a", "a/b")) {
            assertEquals(
                    "rwx------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(disk.root().resolve(directory))));
        }
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(disk.root().resolve("a/b/file"))));
    }

    @Test
    void a_path_out_of_the_root_is_refused() throws IOException {
        FileDisk disk = new FileDisk(temporary.resolve("root"));
        assertThrows(IllegalArgumentException.class, () -> disk.create("../escaped"));
        assertThrows(IllegalArgumentException.class, () -> disk.open("/etc/hostname"));
    }
}
