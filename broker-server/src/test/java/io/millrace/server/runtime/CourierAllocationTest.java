package io.millrace.server.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.core.model.Outcome;
import io.millrace.core.vhost.Client;
import io.millrace.core.vhost.Lane;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Counts what the hand-off itself allocates, in both directions. */
class CourierAllocationTest {
    private static final int BURSTS = 4_000;
    private static final int PER_BURST = 50;
    private static final int UNDER_WAY_MAX = 2_000;

    @Test
    void a_message_over_and_back_allocates_nothing_of_its_own() throws Exception {
        List<Throwable> failures = new ArrayList<>();
        try (BatchPool pool = new BatchPool(PooledByteBufAllocator.DEFAULT);
                LoopPair loops = new LoopPair()) {
            VirtualHostLoop host = new VirtualHostLoop(loops.first, pool, failures::add);
            MirrorHost mirror = new MirrorHost();
            host.turns(mirror);
            FakeEdge edge = new FakeEdge(loops.onSecond);
            Courier courier = host.courier(mirror, edge);
            CountingOutlet outlet = new CountingOutlet();
            Lane lane = new Lane(new Client("test"), 1, outlet);
            LoopPair.on(loops.second, () -> {
                courier.connect(lane.client());
                courier.openLane(lane);
                courier.submit();
                return null;
            });
            keepOnFirst(loops, host);
            round(loops, courier, lane, outlet);
            round(loops, courier, lane, outlet);
            long before = allocated(loops);
            round(loops, courier, lane, outlet);
            long each = (allocated(loops) - before) / ((long) BURSTS * PER_BURST);
            assertTrue(each < 16, each + " bytes for a message over and back");
            assertEquals(List.of(), failures);
        }
    }

    /** The first loop runs the virtual host nearly always, so that most commands have to travel. */
    private static void keepOnFirst(LoopPair loops, VirtualHostLoop host) {
        loops.first.execute(new Runnable() {
            @Override
            public void run() {
                host.submit(loops.first, null);
                host.enter(loops.first);
                if (!loops.first.isShuttingDown()) {
                    loops.first.execute(this);
                }
            }
        });
    }

    private static void round(LoopPair loops, Courier courier, Lane lane, CountingOutlet outlet) throws Exception {
        ByteBuffer record = TestRecords.record(100);
        long expected = LoopPair.on(loops.second, () -> outlet.deliveries) + (long) BURSTS * PER_BURST;
        loops.second.execute(new Runnable() {
            private int bursts;

            @Override
            public void run() {
                if (expected - outlet.deliveries > (long) (BURSTS - bursts) * PER_BURST + UNDER_WAY_MAX) {
                    loops.second.execute(this);
                    return;
                }
                for (int i = 0; i < PER_BURST; i++) {
                    courier.publish(lane, 1, 0, record, 0);
                    courier.settle(lane, 1, 7, 1, 1, Outcome.ACCEPTED);
                }
                courier.submit();
                if (++bursts < BURSTS) {
                    loops.second.execute(this);
                }
            }
        });
        Awaitility.await().until(() -> LoopPair.on(loops.second, () -> outlet.deliveries == expected));
    }

    private static long allocated(LoopPair loops) throws Exception {
        return LoopPair.on(loops.first, CourierAllocationTest::allocatedHere)
                + LoopPair.on(loops.second, CourierAllocationTest::allocatedHere);
    }

    private static long allocatedHere() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
