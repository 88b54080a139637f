package io.millrace.server.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CourierPropertyTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void every_lane_gets_its_answers_in_order_wherever_its_connection_lives(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        try (BatchPool pool = new BatchPool(PooledByteBufAllocator.DEFAULT);
                LoopPair loops = new LoopPair()) {
            VirtualHostLoop host = new VirtualHostLoop(loops.first, pool, failures::add);
            EchoHost echo = new EchoHost();
            host.turns(echo);
            List<TestConnection> connections = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                boolean same = random.nextInt(4) == 0;
                connections.add(new TestConnection(
                        same ? loops.first : loops.second,
                        same ? loops.onFirst : loops.onSecond,
                        host,
                        echo,
                        random.nextLong(),
                        1 + random.nextInt(200)));
            }
            connections.forEach(TestConnection::start);
            for (TestConnection connection : connections) {
                connection.awaitEnd();
            }
            Awaitility.await().until(() -> echo.disconnects.get() == connections.size());
            assertEquals(List.of(), failures, "seed " + seed);
            assertEquals(0, echo.clientsNow);
        }
    }
}
