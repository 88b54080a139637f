package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is killed while a client commits has every transaction whole or not at all. */
class KilledTransactionTest {
    private static final int MESSAGES = 40;

    @TempDir
    private Path directory = Path.of("");

    private final AtomicInteger committed = new AtomicInteger();

    @Test
    @EnabledOnOs(OS.LINUX)
    void every_answered_commit_is_there_and_none_is_there_in_part() throws Exception {
        Path data = directory.resolve("data");
        try (BrokerProcess broker = BrokerProcess.start(data, directory.resolve("stderr"))) {
            URI address = broker.awaitReady();
            Thread client = new Thread(() -> commitUntilTheEnd(address), "committing");
            client.start();
            AgainstBroker.eventually().until(() -> committed.get() >= 20);
            broker.kill();
            client.join(20_000);
        }
        Map<Integer, Integer> found = new TreeMap<>();
        try (BrokerProcess broker = BrokerProcess.start(data, directory.resolve("stderr"));
                Connection connection =
                        BrokerProcess.factory(broker.awaitReady()).newConnection()) {
            Channel channel = connection.createChannel();
            for (String queue : new String[] {"tx.a", "tx.b"}) {
                for (GetResponse got = channel.basicGet(queue, true);
                        got != null;
                        got = channel.basicGet(queue, true)) {
                    found.merge(ByteBuffer.wrap(got.getBody()).getInt(), 1, Integer::sum);
                }
            }
        }
        found.forEach((number, count) -> assertEquals(MESSAGES, count, "messages of transaction " + number));
        for (int number = 1; number <= committed.get(); number++) {
            assertTrue(found.containsKey(number), "transaction " + number + " was answered and is lost");
        }
        assertTrue(found.size() <= committed.get() + 1, "one at the most was under way: " + found.keySet());
    }

    private void commitUntilTheEnd(URI address) {
        try (Connection connection = BrokerProcess.factory(address).newConnection()) {
            Channel channel = connection.createChannel();
            channel.queueDeclare("tx.a", true, false, false, null);
            channel.queueDeclare("tx.b", true, false, false, null);
            channel.txSelect();
            for (int number = 1; ; number++) {
                for (int i = 0; i < MESSAGES; i++) {
                    byte[] body = ByteBuffer.allocate(10_000).putInt(number).array();
                    channel.basicPublish("", i % 2 == 0 ? "tx.a" : "tx.b", MessageProperties.PERSISTENT_BASIC, body);
                }
                channel.txCommit();
                committed.set(number);
            }
        } catch (Exception e) {
            // The broker was killed.
        }
    }
}
