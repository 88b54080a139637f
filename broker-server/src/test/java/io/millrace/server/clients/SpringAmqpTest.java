package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.AmqpIOException;
import org.springframework.amqp.core.AcknowledgeMode;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.DirectExchange;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.core.QueueInformation;
import org.springframework.amqp.core.TopicExchange;
import org.springframework.amqp.rabbit.config.RetryInterceptorBuilder;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory.ConfirmType;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.amqp.rabbit.retry.RejectAndDontRequeueRecoverer;

/** Spring AMQP: its template, its two listener containers, its administration. */
class SpringAmqpTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PATIENCE_MILLIS = (int) PATIENCE.toMillis();

    @TempDir
    private static Path directory = Path.of("");

    private static @Nullable LocalBroker running;

    private final CachingConnectionFactory connections = new CachingConnectionFactory(broker().factory());
    private final RabbitTemplate template = new RabbitTemplate(connections);
    private final RabbitAdmin admin = new RabbitAdmin(connections);
    private final List<AbstractMessageListenerContainer> containers = new ArrayList<>();

    /** Which of its listener containers. */
    enum Container {
        /** A thread for each consumer, behind a queue in memory. */
        SIMPLE,
        /** Listeners on the client's own threads. */
        DIRECT;

        AbstractMessageListenerContainer on(CachingConnectionFactory connections) {
            return this == SIMPLE
                    ? new SimpleMessageListenerContainer(connections)
                    : new DirectMessageListenerContainer(connections);
        }
    }

    @BeforeAll
    static void start_broker() {
        running = LocalBroker.start(directory.resolve("data"));
        // Listeners of these tests fail on purpose.
        assertInstanceOf(Logger.class, LoggerFactory.getLogger("org.springframework.amqp"))
                .setLevel(Level.OFF);
    }

    @AfterAll
    static void stop_broker() {
        broker().close();
    }

    @BeforeEach
    void set_up() {
        connections.setPublisherConfirmType(ConfirmType.CORRELATED);
        connections.setPublisherReturns(true);
        template.setMandatory(true);
        template.setReplyTimeout(PATIENCE_MILLIS);
        template.setReceiveTimeout(PATIENCE_MILLIS);
    }

    @AfterEach
    void tear_down() {
        containers.forEach(AbstractMessageListenerContainer::stop);
        template.stop();
        connections.destroy();
    }

    @Test
    void template_sends_and_receives_what_it_converts() {
        String queue = temporary();
        Message message = MessageBuilder.withBody(bytes("body"))
                .setContentType("text/plain")
                .setMessageId("id")
                .setPriority(3)
                .setDeliveryMode(MessageDeliveryMode.NON_PERSISTENT)
                .setHeader("text", "v")
                .setHeader("number", 7L)
                .build();
        template.send(queue, message);
        Message got = template.receive(queue);
        assertNotNull(got);
        assertEquals("body", new String(got.getBody(), StandardCharsets.UTF_8));
        assertEquals("id", got.getMessageProperties().getMessageId());
        assertEquals(
                MessageDeliveryMode.NON_PERSISTENT, got.getMessageProperties().getReceivedDeliveryMode());
        assertEquals(
                Map.of("text", "v", "number", 7L), got.getMessageProperties().getHeaders());
        template.convertAndSend(queue, (Object) "text");
        assertEquals("text", template.receiveAndConvert(queue));
        template.setReceiveTimeout(0);
        assertNull(template.receive(queue));
    }

    @Test
    void template_gets_its_confirm_and_what_could_not_be_routed() throws Exception {
        String queue = temporary();
        CorrelationData there = new CorrelationData("there");
        template.convertAndSend("", queue, "m", there);
        assertTrue(confirm(there).ack());
        assertNull(there.getReturned());
        CorrelationData nowhere = new CorrelationData("nowhere");
        template.convertAndSend("amq.direct", "nowhere", "m", nowhere);
        assertTrue(confirm(nowhere).ack());
        assertNotNull(nowhere.getReturned());
        assertEquals(312, nowhere.getReturned().getReplyCode());
        assertEquals("NO_ROUTE", nowhere.getReturned().getReplyText());
        CorrelationData refused = new CorrelationData("refused");
        template.convertAndSend("not.there", "k", "m", refused);
        assertFalse(confirm(refused).ack(), "a publish to no exchange was confirmed");
    }

    @Test
    void template_waits_for_the_confirms_of_a_block() {
        String queue = temporary();
        CachingConnectionFactory simple = new CachingConnectionFactory(broker().factory());
        simple.setPublisherConfirmType(ConfirmType.SIMPLE);
        try {
            new RabbitTemplate(simple).invoke(operations -> {
                for (int i = 0; i < 100; i++) {
                    operations.convertAndSend(queue, (Object) i);
                }
                operations.waitForConfirmsOrDie(PATIENCE_MILLIS);
                return null;
            });
        } finally {
            simple.destroy();
        }
        assertEquals(100, information(queue).getMessageCount());
    }

    @ParameterizedTest
    @EnumSource
    void template_gets_the_answer_of_a_listener(Container kind) {
        String queue = temporary();
        BlockingQueue<String> replyTo = new LinkedBlockingQueue<>();
        listen(kind, queue, message -> {
            replyTo.add(message.getMessageProperties().getReplyTo());
            template.send(
                    "",
                    message.getMessageProperties().getReplyTo(),
                    MessageBuilder.withBody(bytes("re " + new String(message.getBody(), StandardCharsets.UTF_8)))
                            .setContentType("text/plain")
                            .setCorrelationId(message.getMessageProperties().getCorrelationId())
                            .build());
        });
        for (int i = 0; i < 20; i++) {
            assertEquals("re " + i, template.convertSendAndReceive(queue, (Object) Integer.toString(i)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void listener_is_retried_and_then_the_message_goes_to_the_dead_letter_queue(Container kind) throws Exception {
        String dead = temporary();
        String queue = "spring.work." + kind;
        admin.declareQueue(QueueBuilder.durable(queue)
                .deadLetterExchange("")
                .deadLetterRoutingKey(dead)
                .build());
        AtomicInteger bad = new AtomicInteger();
        AtomicInteger flaky = new AtomicInteger();
        BlockingQueue<String> done = new LinkedBlockingQueue<>();
        AbstractMessageListenerContainer container = container(kind, queue);
        container.setAdviceChain(RetryInterceptorBuilder.stateless()
                .maxRetries(2)
                .backOffOptions(1, 1.0, 1)
                .recoverer(new RejectAndDontRequeueRecoverer())
                .build());
        container.setMessageListener(message -> {
            String body = new String(message.getBody(), StandardCharsets.UTF_8);
            if (body.equals("bad") && bad.incrementAndGet() > 0) {
                throw new IllegalStateException("bad on purpose");
            }
            if (body.equals("flaky") && flaky.incrementAndGet() < 3) {
                throw new IllegalStateException("flaky on purpose");
            }
            done.add(body);
        });
        start(container);
        for (String body : List.of("one", "bad", "flaky", "two")) {
            template.convertAndSend(queue, (Object) body);
        }
        assertEquals(List.of("one", "flaky", "two"), List.of(next(done), next(done), next(done)));
        Message letter = template.receive(dead);
        assertNotNull(letter);
        assertEquals("bad", new String(letter.getBody(), StandardCharsets.UTF_8));
        assertEquals(3, bad.get());
        List<Map<String, ?>> deaths = letter.getMessageProperties().getXDeathHeader();
        assertEquals(1, deaths.size());
        assertEquals("rejected", deaths.get(0).get("reason"));
        assertEquals(queue, deaths.get(0).get("queue"));
        assertEquals(1L, deaths.get(0).get("count"));
        assertEquals(List.of(queue), deaths.get(0).get("routing-keys"));
        container.stop();
        eventually(() -> information(queue).getMessageCount() == 0);
        admin.deleteQueue(queue);
    }

    @ParameterizedTest
    @EnumSource
    void listener_that_fails_gets_its_message_again_marked_as_redelivered(Container kind) throws Exception {
        String queue = temporary();
        BlockingQueue<Boolean> redelivered = new LinkedBlockingQueue<>();
        listen(kind, queue, message -> {
            redelivered.add(message.getMessageProperties().isRedelivered());
            if (!message.getMessageProperties().isRedelivered()) {
                throw new IllegalStateException("the first time on purpose");
            }
        });
        template.convertAndSend(queue, (Object) "m");
        assertEquals(List.of(false, true), List.of(next(redelivered), next(redelivered)));
    }

    @ParameterizedTest
    @EnumSource
    void listener_works_with_many_consumers_and_a_prefetch(Container kind) throws Exception {
        String queue = temporary();
        BlockingQueue<String> done = new LinkedBlockingQueue<>();
        AbstractMessageListenerContainer container = container(kind, queue);
        container.setPrefetchCount(5);
        container.setMessageListener(message -> done.add(new String(message.getBody(), StandardCharsets.UTF_8)));
        if (container instanceof SimpleMessageListenerContainer simple) {
            simple.setConcurrentConsumers(4);
        } else if (container instanceof DirectMessageListenerContainer direct) {
            direct.setConsumersPerQueue(4);
        }
        start(container);
        eventually(() -> information(queue).getConsumerCount() == 4);
        for (int i = 0; i < 200; i++) {
            template.convertAndSend(queue, (Object) Integer.toString(i));
        }
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            numbers.add(Integer.valueOf(next(done)));
        }
        numbers.sort(null);
        assertEquals(java.util.stream.IntStream.range(0, 200).boxed().toList(), numbers);
    }

    @ParameterizedTest
    @EnumSource
    void listener_goes_on_after_a_restart_of_the_broker(Container kind) throws Exception {
        String queue = "spring.restart." + kind;
        admin.declareQueue(new Queue(queue));
        BlockingQueue<String> done = new LinkedBlockingQueue<>();
        AbstractMessageListenerContainer container = container(kind, queue);
        recoverSoon(container);
        container.setMessageListener(message -> done.add(new String(message.getBody(), StandardCharsets.UTF_8)));
        start(container);
        template.convertAndSend(queue, (Object) "before");
        assertEquals("before", next(done));
        broker().restart();
        eventually(() -> {
            template.convertAndSend(queue, (Object) "after");
            return true;
        });
        String message = next(done);
        while (message.equals("before")) {
            // Its acknowledgement may have been on its way when the broker ended.
            message = next(done);
        }
        assertEquals("after", message);
        container.stop();
        admin.deleteQueue(queue);
    }

    @ParameterizedTest
    @EnumSource
    void listener_is_told_when_its_queue_is_deleted_and_waits_for_it(Container kind) throws Exception {
        String queue = "spring.comes.back." + kind;
        admin.declareQueue(new Queue(queue));
        BlockingQueue<String> done = new LinkedBlockingQueue<>();
        AbstractMessageListenerContainer container = container(kind, queue);
        container.setMissingQueuesFatal(false);
        recoverSoon(container);
        container.setMessageListener(message -> done.add(new String(message.getBody(), StandardCharsets.UTF_8)));
        start(container);
        eventually(() -> information(queue).getConsumerCount() == 1);
        admin.deleteQueue(queue);
        admin.declareQueue(new Queue(queue));
        template.convertAndSend(queue, (Object) "m");
        assertEquals("m", next(done));
        container.stop();
        admin.deleteQueue(queue);
    }

    @Test
    void admin_declares_looks_purges_and_deletes() {
        Queue queue = new Queue("spring.admin", true, false, false);
        TopicExchange topic = new TopicExchange("spring.topic");
        FanoutExchange fanout = new FanoutExchange("spring.fanout", false, true);
        Binding binding = BindingBuilder.bind(queue).to(topic).with("a.#");
        assertEquals("spring.admin", admin.declareQueue(queue));
        admin.declareExchange(topic);
        admin.declareExchange(fanout);
        admin.declareBinding(binding);
        admin.declareBinding(BindingBuilder.bind(queue).to(fanout));
        template.convertAndSend("spring.topic", "a.b", "m");
        template.convertAndSend("spring.fanout", "", "m");
        eventually(() -> information("spring.admin").getMessageCount() == 2);
        Properties properties = admin.getQueueProperties("spring.admin");
        assertNotNull(properties);
        assertEquals("spring.admin", properties.get(RabbitAdmin.QUEUE_NAME));
        assertEquals(2L, ((Number) properties.get(RabbitAdmin.QUEUE_MESSAGE_COUNT)).longValue());
        assertEquals(0L, ((Number) properties.get(RabbitAdmin.QUEUE_CONSUMER_COUNT)).longValue());
        assertEquals(2, admin.purgeQueue("spring.admin"));
        admin.removeBinding(binding);
        CorrelationData unbound = new CorrelationData("unbound");
        template.convertAndSend("spring.topic", "a.b", "m", unbound);
        eventually(() -> unbound.getFuture().isDone());
        assertNotNull(unbound.getReturned());
        assertTrue(admin.deleteQueue("spring.admin"));
        assertNull(admin.getQueueProperties("spring.admin"));
        assertTrue(admin.deleteExchange("spring.topic"));
    }

    @Test
    void admin_meets_a_queue_with_other_properties() {
        admin.declareQueue(new Queue("spring.other", false, false, true));
        AmqpIOException refused =
                assertThrows(AmqpIOException.class, () -> admin.declareQueue(new Queue("spring.other", true)));
        assertTrue(
                String.valueOf(refused.getCause().getCause()).contains("inequivalent arg 'durable' for queue"),
                refused::toString);
        admin.deleteQueue("spring.other");
    }

    @Test
    void admin_declares_a_direct_exchange_once_more() {
        DirectExchange exchange = new DirectExchange("spring.direct", true, false);
        admin.declareExchange(exchange);
        admin.declareExchange(exchange);
        assertThrows(AmqpIOException.class, () -> admin.declareExchange(new FanoutExchange("spring.direct")));
        assertTrue(admin.deleteExchange("spring.direct"));
    }

    private String temporary() {
        String name = admin.declareQueue(new Queue("", false, true, false));
        assertNotNull(name);
        return name;
    }

    private QueueInformation information(String queue) {
        QueueInformation information = admin.getQueueInfo(queue);
        assertNotNull(information, queue);
        return information;
    }

    private void listen(Container kind, String queue, org.springframework.amqp.core.MessageListener listener) {
        AbstractMessageListenerContainer container = container(kind, queue);
        container.setMessageListener(listener);
        start(container);
    }

    private AbstractMessageListenerContainer container(Container kind, String queue) {
        AbstractMessageListenerContainer container = kind.on(connections);
        container.setQueueNames(queue);
        container.setAcknowledgeMode(AcknowledgeMode.AUTO);
        containers.add(container);
        return container;
    }

    private static void recoverSoon(AbstractMessageListenerContainer container) {
        container.setRecoveryInterval(100);
        if (container instanceof SimpleMessageListenerContainer simple) {
            simple.setDeclarationRetries(0);
            simple.setRetryDeclarationInterval(100);
        } else if (container instanceof DirectMessageListenerContainer direct) {
            direct.setMonitorInterval(100);
        }
    }

    private static void start(AbstractMessageListenerContainer container) {
        container.afterPropertiesSet();
        container.start();
    }

    private static CorrelationData.Confirm confirm(CorrelationData correlation) throws Exception {
        return assertInstanceOf(
                CorrelationData.Confirm.class, correlation.getFuture().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertNotNull(next, "nothing came within " + PATIENCE);
        return next;
    }

    private static void eventually(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(condition);
    }

    private static LocalBroker broker() {
        LocalBroker broker = running;
        assertNotNull(broker);
        return broker;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
