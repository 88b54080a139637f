package io.millrace.server.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.Outcome;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.vhost.Client;
import io.millrace.core.vhost.Lane;
import io.millrace.core.vhost.Outlet;
import io.millrace.core.vhost.QueueStatus;
import io.millrace.core.vhost.Reply;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A connection that does random things in bursts and checks that every lane gets exactly the answers to what it asked, in
 * that order, and none once it is closed.
 */
final class TestConnection {
    private final EventLoop loop;
    private final FakeEdge edge;
    private final Courier courier;
    private final SplittableRandom random;
    private final Client client = new Client("a test's connection");
    private final List<TestLane> lanes = new ArrayList<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private int burstsLeft;
    private int openedCount;
    private final AtomicInteger unanswered = new AtomicInteger();
    private @Nullable Throwable failure;

    TestConnection(
            EventLoop loop, ConnectionLoop connections, VirtualHostLoop host, EchoHost echo, long seed, int bursts) {
        this.loop = loop;
        this.edge = new FakeEdge(connections);
        this.courier = host.courier(echo, edge);
        this.random = new SplittableRandom(seed);
        this.burstsLeft = bursts;
    }

    void start() {
        loop.execute(() -> {
            courier.connect(client);
            burst();
        });
    }

    void awaitEnd() throws Exception {
        assertTrue(done.await(30, TimeUnit.SECONDS), "some answer never came");
        if (failure != null) {
            throw new AssertionError("on the connection's loop", failure);
        }
        assertNull(edge.defect);
        assertNull(edge.failure);
    }

    private void burst() {
        try {
            int commands = 1 + random.nextInt(40);
            for (int i = 0; i < commands; i++) {
                command();
            }
            courier.submit();
        } catch (RuntimeException | Error e) {
            failure = e;
            done.countDown();
            return;
        }
        if (--burstsLeft > 0) {
            loop.execute(this::burst);
        } else {
            finish();
        }
    }

    /** Half of the connections wait for everything; the others go in the middle of it. */
    private void finish() {
        if (random.nextBoolean() && unanswered.get() > 0 && failure == null && edge.defect == null) {
            later(1, this::finishAnswered);
        } else {
            end();
        }
    }

    private void finishAnswered() {
        if (unanswered.get() > 0 && failure == null && edge.defect == null) {
            later(1, this::finishAnswered);
        } else {
            end();
        }
    }

    private void end() {
        courier.disconnect(client);
        for (TestLane lane : lanes) {
            lane.closed = true;
        }
        // What is under way to this connection arrives before a task that was handed in afterwards, twice around.
        later(5, done::countDown);
    }

    private void later(long millis, Runnable task) {
        var unused = loop.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    private void command() {
        if (lanes.isEmpty() || (lanes.size() < 3 && random.nextInt(10) == 0)) {
            open();
            return;
        }
        TestLane lane = lanes.get(random.nextInt(lanes.size()));
        switch (random.nextInt(12)) {
            case 0 -> lane.close();
            case 1, 2 -> lane.declare();
            case 3 -> lane.check();
            case 4 -> lane.get();
            case 5, 6 -> lane.settle();
            default -> lane.publish();
        }
    }

    private void open() {
        int number = 0;
        while (isUsed(number)) {
            number++;
        }
        lanes.add(new TestLane(number));
        openedCount++;
    }

    private boolean isUsed(int number) {
        return lanes.stream().anyMatch(each -> each.lane.number() == number);
    }

    @Override
    public String toString() {
        return "connection with " + openedCount + " lanes opened, " + unanswered + " answers missing";
    }

    private final class TestLane implements Outlet {
        private final Lane lane;
        /** What is expected next, in order: the number of a message, or the text of another answer. */
        private final ArrayList<Object> expected = new ArrayList<>();

        private int answered;
        private long published;
        private long deliveredLast;
        private long settledLast;
        private boolean closed;
        private boolean needsFlush;

        TestLane(int number) {
            this.lane = new Lane(client, number, this);
            courier.openLane(lane);
        }

        void publish() {
            long id = random.nextLong();
            published++;
            expect(id);
            courier.publish(
                    lane, published, 0, TestRecords.number(TestRecords.record(8 + random.nextInt(2_000)), id), 0);
        }

        void declare() {
            String name = "queue " + random.nextInt();
            expect("declared " + name);
            courier.declareQueue(lane, new QueueSpec(name, true, false, false, Arguments.NONE), new Reply<>() {
                @Override
                public void done(QueueStatus result) {
                    answer("declared " + result.name());
                }

                @Override
                public void refused(BrokerException why) {
                    answer("a refusal that was not expected");
                }
            });
        }

        void check() {
            String name = "absent " + random.nextInt();
            expect("refused " + name);
            courier.checkQueue(lane, name, new Reply<>() {
                @Override
                public void done(QueueStatus result) {
                    answer("a success that was not expected");
                }

                @Override
                public void refused(BrokerException why) {
                    answer("refused " + why.text());
                }
            });
        }

        void get() {
            expect("nothing");
            courier.get(lane, "queue", false, new Reply<>() {
                @Override
                public void done(@Nullable Void result) {}

                @Override
                public void refused(BrokerException why) {}
            });
        }

        void settle() {
            if (deliveredLast > settledLast) {
                courier.settle(lane, 1, 7, settledLast + 1, deliveredLast, Outcome.ACCEPTED);
                settledLast = deliveredLast;
            }
        }

        void close() {
            courier.closeLane(lane);
            closed = true;
            lanes.remove(this);
            unanswered.addAndGet(answered - expected.size());
        }

        private void expect(Object answer) {
            expected.add(answer);
            unanswered.incrementAndGet();
        }

        private void answer(Object answer) {
            assertTrue(loop.inEventLoop(), "an answer on another thread");
            assertTrue(!closed, "an answer for a closed lane");
            assertTrue(answered < expected.size(), "an answer to nothing: " + answer);
            assertEquals(expected.get(answered), answer);
            answered++;
            unanswered.decrementAndGet();
            needsFlush = true;
        }

        @Override
        public void deliver(
                int consumer,
                int queue,
                long sequence,
                boolean redelivered,
                int deliveryCount,
                ByteBuffer record,
                int recordAt) {
            assertEquals(1, consumer);
            assertEquals(7, queue);
            assertEquals(deliveredLast + 1, sequence);
            deliveredLast = sequence;
            answer(TestRecords.number(record, recordAt));
        }

        @Override
        public void confirmed(long upTo) {
            assertTrue(!closed, "a confirm for a closed lane");
            assertEquals(deliveredLast, upTo);
        }

        @Override
        public void gotNothing() {
            answer("nothing");
        }

        @Override
        public void got(int q, long s, boolean r, int d, long left, ByteBuffer record, int at) {}

        @Override
        public void refused(long number, ErrorCode why) {}

        @Override
        public void returned(long number, ByteBuffer record, int recordAt) {}

        @Override
        public void failed(BrokerException why) {}

        @Override
        public void consumerCancelled(int consumer) {}

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public void flush() {
            assertTrue(needsFlush, "a flush after nothing");
            needsFlush = false;
        }
    }
}
