package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.ConfirmListener;
import com.rabbitmq.client.MessageProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Publisher confirms and returned messages. */
class ConfirmsTest extends AgainstBroker {
    private static final int PATIENCE_MILLIS = 20_000;

    @BeforeEach
    void select_confirms() throws Exception {
        channel.confirmSelect();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void each_message_is_confirmed_and_stands_in_its_queue(int deliveryMode) throws Exception {
        String queue = queue();
        BasicProperties properties =
                new BasicProperties.Builder().deliveryMode(deliveryMode).build();
        for (int i = 1; i <= 5; i++) {
            channel.basicPublish("", queue, properties, bytes("m" + i));
            channel.waitForConfirmsOrDie(PATIENCE_MILLIS);
            assertEquals(i, ready(queue));
        }
    }

    @Test
    void batch_of_durable_messages_is_confirmed_and_there() throws Exception {
        channel.queueDeclare("batch", true, false, false, null);
        for (int i = 0; i < 1_000; i++) {
            channel.basicPublish("", "batch", MessageProperties.PERSISTENT_BASIC, bytes("m" + i));
        }
        channel.waitForConfirmsOrDie(PATIENCE_MILLIS);
        assertEquals(1_000, channel.queueDelete("batch").getMessageCount());
    }

    @Test
    void every_number_is_confirmed_once_in_order_and_none_refused() throws Exception {
        String queue = queue();
        ConcurrentSkipListSet<Long> open = new ConcurrentSkipListSet<>();
        List<String> wrong = new ArrayList<>();
        channel.addConfirmListener(new ConfirmListener() {
            @Override
            public void handleAck(long tag, boolean multiple) {
                boolean known = multiple ? open.headSet(tag, true).size() > 0 : open.contains(tag);
                if (!known) {
                    wrong.add("confirmed without need: " + tag + " multiple=" + multiple);
                }
                if (multiple) {
                    open.headSet(tag, true).clear();
                } else {
                    open.remove(tag);
                }
            }

            @Override
            public void handleNack(long tag, boolean multiple) {
                wrong.add("refused: " + tag);
            }
        });
        for (int i = 0; i < 5_000; i++) {
            open.add(channel.getNextPublishSeqNo());
            channel.basicPublish("", queue, i % 2 == 0 ? MessageProperties.PERSISTENT_BASIC : null, bytes("m" + i));
        }
        eventually().until(open::isEmpty);
        assertEquals(List.of(), wrong);
        assertEquals(5_000, ready(queue));
    }

    @Test
    void message_without_a_queue_is_confirmed() throws Exception {
        channel.basicPublish("amq.direct", "nowhere", MessageProperties.PERSISTENT_BASIC, bytes("m"));
        channel.waitForConfirmsOrDie(PATIENCE_MILLIS);
    }

    @Test
    void mandatory_message_without_a_queue_comes_back_whole_before_its_confirm() throws Exception {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        channel.addReturnListener(back -> events.add("returned " + back.getReplyCode() + " " + back.getReplyText()
                + " '" + back.getExchange() + "' " + back.getRoutingKey() + " "
                + back.getProperties().getMessageId() + " " + text(back.getBody())));
        channel.addConfirmListener((tag, multiple) -> events.add("confirmed"), (tag, multiple) -> events.add("no"));
        BasicProperties properties =
                new BasicProperties.Builder().messageId("id-1").build();
        channel.basicPublish("amq.topic", "no.where", true, properties, bytes("body"));

        assertEquals("returned 312 NO_ROUTE 'amq.topic' no.where id-1 body", next(events));
        assertEquals("confirmed", next(events));
    }

    @Test
    void mandatory_message_with_a_queue_does_not_come_back() throws Exception {
        String queue = queue();
        BlockingQueue<String> returned = new LinkedBlockingQueue<>();
        channel.addReturnListener(back -> returned.add(back.getRoutingKey()));
        channel.basicPublish("", queue, true, null, bytes("m"));
        channel.waitForConfirmsOrDie(PATIENCE_MILLIS);
        assertTrue(returned.isEmpty(), returned::toString);
        assertEquals(1, ready(queue));
    }

    @Test
    void message_to_many_queues_is_confirmed_once_and_in_all() throws Exception {
        List<String> queues = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String queue = queue();
            channel.queueBind(queue, "amq.fanout", "");
            queues.add(queue);
        }
        BlockingQueue<Long> confirmed = new LinkedBlockingQueue<>();
        channel.addConfirmListener((tag, multiple) -> confirmed.add(tag), (tag, multiple) -> confirmed.add(-tag));
        channel.basicPublish("amq.fanout", "", MessageProperties.PERSISTENT_BASIC, bytes("m"));
        assertEquals(1L, next(confirmed));
        for (String queue : queues) {
            assertEquals(1, ready(queue));
        }
        assertTrue(confirmed.isEmpty());
    }
}
