package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Length limits, delivery limits and deduplication as a client sees them. */
class LimitsTest extends AgainstBroker {
    private void declare(String queue, Map<String, Object> arguments) throws Exception {
        channel.queueDeclare(queue, true, false, false, arguments);
    }

    private List<String> drain(String queue) throws Exception {
        List<String> bodies = new ArrayList<>();
        for (GetResponse got = channel.basicGet(queue, true); got != null; got = channel.basicGet(queue, true)) {
            bodies.add(text(got.getBody()));
        }
        return bodies;
    }

    @Test
    void oldest_messages_are_dropped_and_the_order_of_the_others_stays() throws Exception {
        declare("l.drop", Map.of("x-max-length", 5));
        publishNumbers("l.drop", 100);
        assertEquals(5, ready("l.drop"));
        assertEquals(List.of("95", "96", "97", "98", "99"), drain("l.drop"));
    }

    @Test
    void bytes_of_bodies_are_limited() throws Exception {
        declare("l.bytes", Map.of("x-max-length-bytes", 3_000));
        channel.confirmSelect();
        for (int i = 0; i < 20; i++) {
            channel.basicPublish("", "l.bytes", null, new byte[1_000]);
        }
        channel.waitForConfirmsOrDie(20_000);
        assertEquals(3, ready("l.bytes"));
    }

    @Test
    void every_publish_to_a_full_queue_is_refused_and_no_confirm_reaches_over_a_refusal() throws Exception {
        declare("l.refuse", Map.of("x-max-length", 10, "x-overflow", "reject-publish"));
        String other = queue();
        NavigableSet<Long> open = new ConcurrentSkipListSet<>();
        NavigableSet<Long> confirmed = new ConcurrentSkipListSet<>();
        NavigableSet<Long> refused = new ConcurrentSkipListSet<>();
        List<String> faults = Collections.synchronizedList(new ArrayList<>());
        channel.addConfirmListener(
                (tag, multiple) -> answered(open, confirmed, tag, multiple, faults),
                (tag, multiple) -> answered(open, refused, tag, multiple, faults));
        channel.confirmSelect();
        for (int i = 0; i < 2_000; i++) {
            open.add(channel.getNextPublishSeqNo());
            boolean limited = i % 3 != 0;
            channel.basicPublish(
                    "",
                    limited ? "l.refuse" : other,
                    new BasicProperties.Builder().deliveryMode(2).build(),
                    bytes("" + i));
        }
        eventually().until(open::isEmpty);
        assertEquals(List.of(), faults);
        NavigableSet<Long> expected = new TreeSet<>();
        int stored = 0;
        for (int i = 0; i < 2_000; i++) {
            if (i % 3 != 0 && ++stored > 10) {
                expected.add(i + 1L);
            }
        }
        assertEquals(expected, new TreeSet<>(refused));
        assertEquals(2_000 - expected.size(), confirmed.size());
        assertEquals(10, ready("l.refuse"));
    }

    private static void answered(
            NavigableSet<Long> open, NavigableSet<Long> to, long tag, boolean multiple, List<String> faults) {
        List<Long> answered = new ArrayList<>(multiple ? open.headSet(tag, true) : List.of(tag));
        answered.removeIf(number -> !open.contains(number));
        if (answered.isEmpty() || !answered.contains(tag)) {
            faults.add("an answer for " + tag + (multiple ? " and below" : "") + " that was answered before");
        }
        to.addAll(answered);
        open.removeAll(answered);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "quorum"})
    void message_given_back_too_often_dies_and_its_neighbours_do_not(String type) throws Exception {
        String grave = queue();
        String work = "l.poison-" + type;
        declare(
                work,
                Map.of(
                        "x-queue-type",
                        type,
                        "x-delivery-limit",
                        2,
                        "x-dead-letter-exchange",
                        "",
                        "x-dead-letter-routing-key",
                        grave));
        BasicProperties durable = new BasicProperties.Builder().deliveryMode(2).build();
        channel.basicPublish("", work, durable, bytes("poison"));
        channel.basicPublish("", work, durable, bytes("good"));
        for (int attempt = 0; attempt < 3; attempt++) {
            Connection victim = broker().connect();
            Channel theirs = victim.createChannel();
            GetResponse poison = awaitMessage(theirs, work);
            assertEquals("poison", text(poison.getBody()));
            assertEquals(attempt > 0, poison.getEnvelope().isRedeliver());
            if (attempt > 0) {
                assertEquals((long) attempt, poison.getProps().getHeaders().get("x-delivery-count"));
            }
            if (attempt % 2 == 0) {
                theirs.basicReject(poison.getEnvelope().getDeliveryTag(), true);
            }
            victim.abort();
        }
        GetResponse dead = awaitMessage(channel, grave);
        assertEquals("poison", text(dead.getBody()));
        assertEquals(List.of("good"), drain(work));
        Map<?, ?> death = (Map<?, ?>) ((List<?>) dead.getProps().getHeaders().get("x-death")).get(0);
        assertEquals("delivery_limit", String.valueOf(death.get("reason")));
        assertEquals(1L, death.get("count"));
    }

    @Test
    void message_that_was_published_twice_is_stored_once() throws Exception {
        declare("l.once", Map.of("x-message-deduplication", true));
        channel.confirmSelect();
        for (Object id : List.of("a", "b", "a", 5, 5L, "5", "a")) {
            channel.basicPublish(
                    "",
                    "l.once",
                    new BasicProperties.Builder()
                            .headers(Map.of("x-deduplication-header", id))
                            .build(),
                    bytes(id.toString()));
        }
        channel.waitForConfirmsOrDie(20_000);
        assertEquals(List.of("a", "b", "5", "5"), drain("l.once"));
    }

    @Test
    void arguments_that_make_no_sense_are_refused() throws Exception {
        for (Map<String, Object> arguments : List.<Map<String, Object>>of(
                Map.of("x-max-length", -1),
                Map.of("x-max-length-bytes", "much"),
                Map.of("x-overflow", "spill"),
                Map.of("x-delivery-limit", "often"),
                Map.of("x-dead-letter-routing-key", "key"),
                Map.of("x-message-deduplication", true, "x-cache-size", 0),
                Map.of("x-message-deduplication", "yes"))) {
            Channel victim = connection.createChannel();
            assertEquals(
                    406,
                    channelError(() -> victim.queueDeclare("l.bad", false, true, false, arguments)),
                    arguments::toString);
        }
    }

    @Test
    void limit_counts_what_waits_and_not_what_consumers_hold() throws Exception {
        declare("l.held", Map.of("x-max-length", 1));
        publish("l.held", "held");
        GetResponse held = awaitMessage(channel, "l.held");
        publish("l.held", "waits");
        assertEquals(1, ready("l.held"));
        channel.basicReject(held.getEnvelope().getDeliveryTag(), true);
        assertEquals(List.of("waits"), drain("l.held"), "what is given back stands at the head, and is dropped there");
        assertNull(channel.basicGet("l.held", true));
        assertNotNull(held);
        assertFalse(held.getEnvelope().isRedeliver());
        assertTrue(channel.isOpen());
    }
}
