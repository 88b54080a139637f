package io.millrace.server.clients;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PfxOptions;
import io.vertx.rabbitmq.QueueOptions;
import io.vertx.rabbitmq.RabbitMQClient;
import io.vertx.rabbitmq.RabbitMQConsumer;
import io.vertx.rabbitmq.RabbitMQMessage;
import io.vertx.rabbitmq.RabbitMQOptions;
import io.vertx.rabbitmq.RabbitMQPublisher;
import io.vertx.rabbitmq.RabbitMQPublisherOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A program of its own, on a class path of its own: the RabbitMQ client of Vert.x on the Vert.x that it is made for,
 * over TLS. Declares a queue, publishes with confirms, consumes, acknowledges, and ends with the count of what came.
 * Nothing of this project may be used here.
 */
final class VertxOverTls {
    /** Left behind when the program ends, so that its messages can be counted. */
    static final String QUEUE = "vertx.tls";

    private static final int PATIENCE_SECONDS = 20;
    private static final int PREFETCH = 10;

    private VertxOverTls() {}

    /** Takes the host, the port, the trust store (PKCS #12) and its password, and the number of messages. */
    public static void main(String[] arguments) throws Exception {
        int messages = Integer.parseInt(arguments[4]);
        RabbitMQOptions options = new RabbitMQOptions()
                .setAutomaticRecoveryEnabled(false)
                .setHost(arguments[0])
                .setPort(Integer.parseInt(arguments[1]));
        options.setSsl(true);
        options.setTrustOptions(new PfxOptions().setPath(arguments[2]).setPassword(arguments[3]));
        options.setHostnameVerificationAlgorithm("HTTPS");
        Vertx vertx = Vertx.vertx();
        RabbitMQClient client = RabbitMQClient.create(vertx, options);
        try {
            done(client.start());
            done(client.queueDeclare(QUEUE, true, false, false));
            System.out.println("came: " + consume(vertx, client, messages));
        } finally {
            done(client.stop());
            done(vertx.close());
        }
    }

    private static void publish(Vertx vertx, RabbitMQClient client, int messages) throws Exception {
        RabbitMQPublisher publisher = RabbitMQPublisher.create(vertx, client, new RabbitMQPublisherOptions());
        done(publisher.start());
        List<Future<Long>> confirmed = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            BasicProperties properties =
                    new BasicProperties.Builder().deliveryMode(2).build();
            confirmed.add(publisher.publishConfirm("", QUEUE, properties, Buffer.buffer("m" + i)));
        }
        done(Future.all(confirmed));
        System.out.println("confirmed: " + confirmed.size());
        done(publisher.stop());
    }

    /** How many different messages came; each is acknowledged. */
    private static int consume(Vertx vertx, RabbitMQClient client, int messages) throws Exception {
        done(client.basicQos(PREFETCH));
        RabbitMQConsumer consumer = done(client.basicConsumer(QUEUE, new QueueOptions().setAutoAck(false)));
        BlockingQueue<RabbitMQMessage> taken = new LinkedBlockingQueue<>();
        consumer.handler(taken::add);
        // Only now: the client drops what comes before there is a handler.
        publish(vertx, client, messages);
        Set<String> bodies = new HashSet<>();
        while (bodies.size() < messages) {
            RabbitMQMessage message = taken.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (message == null) {
                break;
            }
            bodies.add(message.body().toString());
            done(client.basicAck(message.envelope().getDeliveryTag(), false));
        }
        done(consumer.cancel());
        return bodies.size();
    }

    private static <T> T done(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
