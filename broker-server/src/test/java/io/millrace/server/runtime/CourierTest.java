package io.millrace.server.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.model.BrokerException;
import io.millrace.core.vhost.Client;
import io.millrace.core.vhost.Lane;
import io.millrace.core.vhost.Reply;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CourierTest {
    private final LoopPair loops = new LoopPair();
    private final BatchPool pool = new BatchPool(PooledByteBufAllocator.DEFAULT);
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final VirtualHostLoop host = new VirtualHostLoop(loops.first, pool, failures::add);
    private final PublisherGate gate = new PublisherGate(host);
    private final EchoHost echo = new EchoHost();
    private final Client client = new Client("test");

    CourierTest() {
        host.turns(echo);
    }

    @AfterEach
    void end() {
        loops.close();
        pool.close();
    }

    @Test
    void a_connection_that_does_not_read_gets_no_more_than_the_bound_and_the_rest_later() throws Exception {
        FakeEdge edge = new FakeEdge(loops.onSecond);
        Courier courier = host.courier(echo, edge);
        CountingOutlet outlet = new CountingOutlet();
        Lane lane = new Lane(client, 1, outlet);
        int messages = 3_000;
        CountDownLatch behind = holdOnFirst();
        LoopPair.on(loops.second, () -> {
            edge.writable = false;
            open(courier, lane);
            for (int i = 1; i <= messages; i++) {
                courier.publish(lane, i, 0, TestRecords.record(1_000), 0);
            }
            courier.submit();
            return null;
        });
        behind.countDown();
        Awaitility.await().until(() -> LoopPair.on(loops.first, () -> echo.publishes) == messages);
        quiesce();
        long bytes = LoopPair.on(loops.second, () -> outlet.bytes);
        assertTrue(bytes >= Relay.ANSWER_BYTES_MAX / 2, "only " + bytes + " bytes came");
        assertTrue(bytes <= Relay.ANSWER_BYTES_MAX + Batch.BYTES_FULL, bytes + " bytes came");
        Awaitility.await()
                .until(() -> LoopPair.on(loops.second, () -> {
                    edge.writable = true;
                    courier.writable();
                    return outlet.deliveries == messages;
                }));
        assertEquals(messages, LoopPair.on(loops.second, () -> outlet.confirmedUpTo));
        assertEquals(List.of(), failures);
    }

    @Test
    void a_lane_with_a_bound_of_its_own_stops_alone_and_goes_on_when_it_says_so() throws Exception {
        FakeEdge edge = new FakeEdge(loops.onSecond);
        Courier courier = host.courier(echo, edge);
        CountingOutlet full = new CountingOutlet();
        CountingOutlet free = new CountingOutlet();
        Lane first = new Lane(client, 1, full);
        Lane second = new Lane(client, 2, free);
        CountDownLatch behind = holdOnFirst();
        LoopPair.on(loops.second, () -> {
            full.room = false;
            open(courier, first);
            courier.openLane(second);
            publish(courier, first, 1, 10);
            return null;
        });
        behind.countDown();
        Awaitility.await().until(() -> LoopPair.on(loops.second, () -> full.deliveries == 10));
        LoopPair.on(loops.second, () -> {
            publish(courier, first, 11, 1_000);
            publish(courier, second, 1, 1_000);
            return null;
        });
        Awaitility.await().until(() -> LoopPair.on(loops.second, () -> free.deliveries == 1_000));
        assertEquals(10, LoopPair.on(loops.second, () -> full.deliveries));
        LoopPair.on(loops.second, () -> {
            full.room = true;
            courier.resume(first);
            courier.submit();
            return null;
        });
        Awaitility.await().until(() -> LoopPair.on(loops.second, () -> full.deliveries == 1_000));
    }

    @Test
    void publishers_stop_reading_while_the_virtual_host_is_behind_and_go_on_by_themselves() throws Exception {
        FakeEdge edge = new FakeEdge(loops.onSecond);
        Courier courier = host.courier(echo, edge);
        CountingOutlet outlet = new CountingOutlet();
        Lane lane = new Lane(client, 1, outlet);
        CountDownLatch behind = holdOnFirst();
        LoopPair.on(loops.second, () -> {
            open(courier, lane);
            ByteBuffer record = TestRecords.record(1 << 20);
            int published = 0;
            while (edge.handOffFull.get() == 0) {
                courier.publish(lane, ++published, 0, record, 0);
                courier.submit();
                assertTrue(published < 70, "nothing stopped the publisher");
            }
            return null;
        });
        assertEquals(0, edge.handOffRoom.get());
        behind.countDown();
        Awaitility.await().until(() -> edge.handOffRoom.get() == 1);
        assertEquals(1, edge.handOffFull.get());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everybody_is_told_when_publishers_have_to_wait_also_who_comes_later(boolean sameLoop) throws Exception {
        EventLoop loop = sameLoop ? loops.first : loops.second;
        FakeEdge early = new FakeEdge(sameLoop ? loops.onFirst : loops.onSecond);
        FakeEdge late = new FakeEdge(sameLoop ? loops.onFirst : loops.onSecond);
        Courier first = host.courier(echo, early);
        Courier second = host.courier(echo, late);
        connect(loop, first, new Client("early"));
        gate.set(PublisherGate.Cause.DISK, "disk");
        Awaitility.await().until(() -> LoopPair.on(loop, () -> early.told.contains("blocked disk")));
        connect(loop, second, new Client("late"));
        Awaitility.await().until(() -> LoopPair.on(loop, () -> late.told.contains("blocked disk")));
        gate.set(PublisherGate.Cause.DISK, null);
        Awaitility.await().until(() -> LoopPair.on(loop, () -> late.told.size() == 2 && early.told.size() == 2));
        assertEquals(List.of("blocked disk", "blocked null"), early.told);
        assertEquals(List.of("blocked disk", "blocked null"), late.told);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_defect_of_one_connection_ends_that_connection_only(boolean sameLoop) throws Exception {
        EventLoop loop = sameLoop ? loops.first : loops.second;
        FakeEdge sick = new FakeEdge(sameLoop ? loops.onFirst : loops.onSecond);
        FakeEdge sound = new FakeEdge(sameLoop ? loops.onFirst : loops.onSecond);
        Courier sickCourier = host.courier(echo, sick);
        Courier soundCourier = host.courier(echo, sound);
        CountingOutlet sickOutlet = new CountingOutlet();
        sickOutlet.defect = new IllegalStateException("the test's defect");
        CountingOutlet soundOutlet = new CountingOutlet();
        publishOne(loop, sickCourier, new Lane(new Client("sick"), 1, sickOutlet));
        publishOne(loop, soundCourier, new Lane(new Client("sound"), 1, soundOutlet));
        Awaitility.await().until(() -> LoopPair.on(loop, () -> soundOutlet.deliveries == 1));
        assertNotNull(sick.defect);
        assertNull(sound.defect);
        assertEquals(List.of(), failures);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_defect_of_the_virtual_host_is_told_to_all_its_connections_and_answers_nothing(boolean sameLoop)
            throws Exception {
        EventLoop loop = sameLoop ? loops.first : loops.second;
        FakeEdge edge = new FakeEdge(sameLoop ? loops.onFirst : loops.onSecond);
        FakeEdge other = new FakeEdge(loops.onSecond);
        Courier courier = host.courier(echo, edge);
        connect(loops.second, host.courier(echo, other), new Client("other"));
        CountingOutlet outlet = new CountingOutlet();
        Lane lane = new Lane(client, 1, outlet);
        LoopPair.on(loop, () -> {
            open(courier, lane);
            courier.publish(lane, 1, 0, TestRecords.record(8), 0);
            courier.purge(lane, "defect", new Reply<>() {
                @Override
                public void done(Long result) {
                    outlet.deliveries++;
                }

                @Override
                public void refused(BrokerException why) {
                    outlet.deliveries++;
                }
            });
            courier.submit();
            return null;
        });
        Awaitility.await().until(() -> edge.failure != null && other.failure != null);
        assertEquals(1, failures.size());
        assertEquals(0, LoopPair.on(loop, () -> outlet.deliveries));
        assertEquals(0, LoopPair.on(loop, () -> outlet.confirmedUpTo));
    }

    @Test
    void one_burst_is_one_turn_and_one_flush() throws Exception {
        FakeEdge edge = new FakeEdge(loops.onSecond);
        Courier courier = host.courier(echo, edge);
        CountingOutlet outlet = new CountingOutlet();
        Lane lane = new Lane(client, 1, outlet);
        LoopPair.on(loops.second, () -> {
            open(courier, lane);
            for (int i = 1; i <= 100; i++) {
                courier.publish(lane, i, 0, TestRecords.record(100), 0);
            }
            courier.submit();
            return null;
        });
        Awaitility.await().until(() -> LoopPair.on(loops.second, () -> outlet.deliveries == 100));
        assertEquals(1, LoopPair.on(loops.first, () -> echo.turns));
        assertEquals(1, LoopPair.on(loops.second, () -> outlet.flushes));
        assertEquals(1, LoopPair.on(loops.second, () -> edge.flushes));
    }

    @Test
    void commands_are_carried_out_by_the_loop_that_has_them_unless_another_one_is_at_it() throws Exception {
        Courier courier = host.courier(echo, new FakeEdge(loops.onSecond));
        CountingOutlet outlet = new CountingOutlet();
        Lane lane = new Lane(client, 1, outlet);
        LoopPair.on(loops.second, () -> {
            open(courier, lane);
            publish(courier, lane, 1, 1);
            assertEquals(1, outlet.deliveries, "nothing else runs the virtual host");
            return null;
        });
        CountDownLatch behind = holdWhereItRanLast();
        LoopPair.on(loops.first, () -> {
            Courier late = host.courier(echo, new FakeEdge(loops.onFirst));
            late.connect(new Client("late"));
            late.submit();
            assertEquals(1, echo.clientsNow, "two loops at a time");
            return null;
        });
        behind.countDown();
        Awaitility.await().until(() -> echo.clientsNow == 2);
        assertEquals(List.of(), failures);
    }

    private static void publish(Courier courier, Lane lane, int from, int to) {
        for (int i = from; i <= to; i++) {
            courier.publish(lane, i, 0, TestRecords.record(100), 0);
        }
        courier.submit();
    }

    private void publishOne(EventLoop loop, Courier courier, Lane lane) throws Exception {
        LoopPair.on(loop, () -> {
            courier.connect(lane.client());
            courier.openLane(lane);
            courier.publish(lane, 1, 0, TestRecords.record(8), 0);
            courier.submit();
            return null;
        });
    }

    private static void connect(EventLoop loop, Courier courier, Client who) throws Exception {
        LoopPair.on(loop, () -> {
            courier.connect(who);
            courier.submit();
            return null;
        });
    }

    private void open(Courier courier, Lane lane) {
        courier.connect(lane.client());
        courier.openLane(lane);
    }

    /** Both loops have done what was handed to them, there and back. */
    private void quiesce() throws Exception {
        for (int i = 0; i < 3; i++) {
            LoopPair.on(loops.first, () -> null);
            LoopPair.on(loops.second, () -> null);
        }
    }

    private CountDownLatch holdOnFirst() {
        return holdWhereItRanLast();
    }

    /** A loop, the first one until another was at it, runs the virtual host and comes to no end before the latch opens. */
    private CountDownLatch holdWhereItRanLast() {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        host.execute(() -> {
            held.countDown();
            await(end);
        });
        await(held);
        return end;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
