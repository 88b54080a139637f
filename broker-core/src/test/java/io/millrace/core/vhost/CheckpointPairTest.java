package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.model.Arguments;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Guards that two checkpoints are kept and that each of them has what it needs of the log. */
class CheckpointPairTest {
    private static final String DIRECTORY = "vhost/1/checkpoint";

    @Test
    void checkpoint_before_the_newest_stays_usable_when_nothing_was_logged_between_the_two() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        HostKit kit = new HostKit(disk, 4 << 20);
        Lane lane = kit.lane(new RecordingOutlet());
        kit.queue(lane, "q", Arguments.NONE);
        kit.host.lowOnDisk(true);
        for (int i = 0; i < 6; i++) {
            String body = "x".repeat(400_000);
            kit.turn(() -> kit.host.publish(lane, 0, 0, HostKit.record("", "q", body, true), 0));
            kit.settle();
        }
        for (int i = 0; i < 3; i++) {
            kit.host.tick();
            kit.settle();
        }
        List<String> checkpoints = disk.list(DIRECTORY);
        assertEquals(2, checkpoints.size());
        disk.delete(DIRECTORY + "/" + checkpoints.get(1));
        assertEquals(new HostProbe(kit.host).state(), HostProbe.replayed(disk));
    }
}
