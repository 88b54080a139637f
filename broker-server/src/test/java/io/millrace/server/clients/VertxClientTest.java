package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.rabbitmq.QueueOptions;
import io.vertx.rabbitmq.RabbitMQClient;
import io.vertx.rabbitmq.RabbitMQConsumer;
import io.vertx.rabbitmq.RabbitMQMessage;
import io.vertx.rabbitmq.RabbitMQOptions;
import io.vertx.rabbitmq.RabbitMQPublisher;
import io.vertx.rabbitmq.RabbitMQPublisherOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The RabbitMQ client of Vert.x, on the Vert.x of this build. Over TLS it stands on internal classes of Vert.x 5.0, which
 * are other ones here: {@link VertxOverTlsTest} gives it a class path of its own.
 */
class VertxClientTest {
    private static final int PATIENCE_SECONDS = 20;

    @TempDir
    private static Path directory = Path.of("");

    private static Vertx vertx = Vertx.vertx();
    private static @Nullable LocalBroker broker;

    private RabbitMQClient client = RabbitMQClient.create(vertx);

    @BeforeAll
    static void start_broker() {
        broker = LocalBroker.start(directory.resolve("data"));
    }

    @AfterAll
    static void stop_broker() throws Exception {
        done(vertx.close());
        broker().close();
    }

    @BeforeEach
    void connect() throws Exception {
        client = RabbitMQClient.create(vertx, options());
        done(client.start());
    }

    @AfterEach
    void disconnect() throws Exception {
        done(client.stop());
    }

    @Test
    void topology_is_declared_counted_and_deleted() throws Exception {
        done(client.exchangeDeclare("vertx.in", "fanout", false, true));
        done(client.exchangeDeclare("vertx.work", "topic", false, false));
        done(client.exchangeBind("vertx.work", "vertx.in", ""));
        done(client.queueDeclare("vertx.queue", true, false, false, new JsonObject().put("x-max-length", 100)));
        done(client.queueBind("vertx.queue", "vertx.work", "a.*"));
        done(client.confirmSelect());
        for (int i = 0; i < 10; i++) {
            done(client.basicPublish("vertx.in", "a." + i, Buffer.buffer("m" + i)));
        }
        done(client.waitForConfirms(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS)));
        assertEquals(10L, done(client.messageCount("vertx.queue")));
        done(client.queueUnbind("vertx.queue", "vertx.work", "a.*"));
        assertEquals(10, done(client.queueDelete("vertx.queue")).getMessageCount());
        done(client.exchangeUnbind("vertx.work", "vertx.in", ""));
        done(client.exchangeDelete("vertx.work"));
    }

    @Test
    void consumer_takes_acknowledges_and_gives_back() throws Exception {
        String queue = declared();
        done(client.basicQos(5));
        RabbitMQConsumer consumer = done(client.basicConsumer(queue, new QueueOptions().setAutoAck(false)));
        BlockingQueue<RabbitMQMessage> taken = new LinkedBlockingQueue<>();
        consumer.handler(taken::add);
        for (int i = 0; i < 20; i++) {
            done(client.basicPublish(
                    "", queue, new BasicProperties.Builder().messageId("id" + i).build(), Buffer.buffer("m" + i)));
        }
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            RabbitMQMessage message = next(taken);
            bodies.add(message.body().toString());
            assertEquals("id" + i, message.properties().getMessageId());
            done(client.basicAck(message.envelope().getDeliveryTag(), false));
        }
        assertEquals(
                java.util.stream.IntStream.range(0, 20).mapToObj(i -> "m" + i).toList(), bodies);
        done(client.basicPublish("", queue, Buffer.buffer("again")));
        done(client.basicNack(next(taken).envelope().getDeliveryTag(), false, true));
        assertTrue(next(taken).envelope().isRedeliver());
        done(consumer.cancel());
    }

    @Test
    void publisher_gets_its_confirms() throws Exception {
        String queue = declared();
        RabbitMQPublisher publisher = RabbitMQPublisher.create(vertx, client, new RabbitMQPublisherOptions());
        done(publisher.start());
        List<Future<Long>> confirmed = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            confirmed.add(publisher.publishConfirm(
                    "", queue, new BasicProperties.Builder().deliveryMode(2).build(), Buffer.buffer("m" + i)));
        }
        done(Future.all(confirmed));
        assertEquals(100L, done(client.messageCount(queue)));
        done(publisher.stop());
    }

    @Test
    void get_returns_messages_one_by_one() throws Exception {
        String queue = declared();
        done(client.confirmSelect());
        done(client.basicPublish("", queue, Buffer.buffer("a")));
        done(client.basicPublish("", queue, Buffer.buffer("b")));
        done(client.waitForConfirms());
        RabbitMQMessage message = done(client.basicGet(queue, true));
        assertEquals("a", message.body().toString());
        assertEquals(1, message.messageCount());
        assertEquals("b", done(client.basicGet(queue, true)).body().toString());
    }

    @Test
    void queue_that_is_not_there_is_an_error() {
        assertThrows(ExecutionException.class, () -> done(client.messageCount("vertx.not.there")));
    }

    @Test
    void client_connects_again_after_a_restart_of_the_broker() throws Exception {
        RabbitMQClient recovering = RabbitMQClient.create(
                vertx, options().setReconnectAttempts(Integer.MAX_VALUE).setReconnectInterval(100));
        done(recovering.start());
        done(recovering.queueDeclare("vertx.restart", true, false, false));
        RabbitMQConsumer consumer = done(recovering.basicConsumer("vertx.restart"));
        BlockingQueue<RabbitMQMessage> taken = new LinkedBlockingQueue<>();
        consumer.handler(taken::add);
        done(client.basicPublish("", "vertx.restart", Buffer.buffer("before")));
        assertEquals("before", next(taken).body().toString());
        done(client.stop());
        broker().restart();
        done(client.start());
        done(client.basicPublish("", "vertx.restart", Buffer.buffer("after")));
        assertEquals("after", next(taken).body().toString());
        done(client.queueDelete("vertx.restart"));
        done(recovering.stop());
    }

    private String declared() throws Exception {
        String queue = done(client.queueDeclareAuto()).getString("queue");
        assertNotNull(queue);
        return queue;
    }

    private static RabbitMQOptions options() {
        RabbitMQOptions options = new RabbitMQOptions().setAutomaticRecoveryEnabled(false);
        options.setHost("127.0.0.1");
        options.setPort(broker().port());
        return options;
    }

    private static <T> T done(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(next, "nothing came within " + PATIENCE_SECONDS + " s");
        return next;
    }

    private static LocalBroker broker() {
        LocalBroker started = broker;
        assertNotNull(started);
        return started;
    }
}
