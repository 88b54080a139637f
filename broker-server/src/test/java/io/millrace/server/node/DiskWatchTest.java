package io.millrace.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.local.FileDisk;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guards that the disk is looked at so often that it cannot be filled between two looks, and not more often. */
class DiskWatchTest {
    private static final long GIB = 1L << 30;
    private static final long MIN_FREE = 2 * GIB;

    @TempDir
    private Path directory;

    private RoomDisk disk;
    private DiskWatch watch;

    @BeforeEach
    void watch() throws Exception {
        disk = new RoomDisk(new FileDisk(directory), 100 * GIB);
        watch = new DiskWatch(disk, MIN_FREE, (cause, reason) -> {});
    }

    @Test
    void a_disk_with_much_room_is_looked_at_seldom() {
        assertEquals(DiskWatch.PAUSE_MILLIS_MAX, watch.look());
    }

    @Test
    void the_less_room_there_is_the_more_often_it_is_looked_at() {
        disk.usableBytes = MIN_FREE + 8 * GIB;
        long pause = watch.look();
        assertTrue(pause < DiskWatch.PAUSE_MILLIS_MAX && pause > DiskWatch.PAUSE_MILLIS_MIN, "pause " + pause);
        disk.usableBytes = MIN_FREE + 4 * GIB;
        assertTrue(watch.look() < pause);
    }

    @Test
    void a_disk_that_is_nearly_full_is_looked_at_ten_times_a_second() {
        disk.usableBytes = MIN_FREE + (64 << 20);
        assertEquals(DiskWatch.PAUSE_MILLIS_MIN, watch.look());
        assertFalse(watch.isLow());
        disk.usableBytes = MIN_FREE - 1;
        assertEquals(DiskWatch.PAUSE_MILLIS_MIN, watch.look());
        assertTrue(watch.isLow());
    }

    @Test
    void a_disk_that_was_never_read_is_looked_at_ten_times_a_second() {
        assertEquals(DiskWatch.PAUSE_MILLIS_MIN, watch.pauseMillis());
    }
}
