package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.vhost.HostKit.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Replies that go straight to who waits for them. */
class RepliesTest {
    private static final String ADDRESS = ReplyAddress.PREFIX + "token";

    private final HostKit kit = new HostKit(new SimulatedDisk(), 16 << 20);
    private final RecordingOutlet asking = new RecordingOutlet();
    private final RecordingOutlet answering = new RecordingOutlet();
    private final Lane asker = kit.lane(asking);
    private final Lane answerer = kit.lane(answering);

    private Answer<Void> await(Lane lane, int number, String address, boolean settled) {
        Answer<Void> answer = new Answer<>();
        kit.turn(() -> kit.host.consume(
                lane, new Subscription(number, "t", address, settled, false, 0, Arguments.NONE), answer));
        return answer;
    }

    private void reply(String body, int flags) {
        kit.turn(() -> kit.host.publish(answerer, 0, flags, HostKit.record("", ADDRESS, body, true), 0));
    }

    private Answer<QueueStatus> check(String name) {
        Answer<QueueStatus> answer = new Answer<>();
        kit.turn(() -> kit.host.checkQueue(answerer, name, answer));
        return answer;
    }

    @Test
    void a_reply_goes_straight_to_who_waits_and_is_not_logged() {
        await(asker, 3, ADDRESS, true).value();
        long last = kit.log.last();
        reply("answer", Commands.MANDATORY);
        assertEquals(List.of("answer"), asking.bodies());
        assertEquals(3, asking.last().consumer());
        assertEquals(last, kit.log.last());
        assertEquals(List.of(), answering.returned);
    }

    @Test
    void a_confirm_of_a_reply_comes_at_once() {
        await(asker, 3, ADDRESS, true).value();
        kit.turn(() -> kit.host.publish(answerer, 1, 0, HostKit.record("", ADDRESS, "a", true), 0));
        assertEquals(1, answering.confirmed);
    }

    @Test
    void a_mandatory_reply_to_somebody_who_has_gone_is_returned() {
        await(asker, 3, ADDRESS, true).value();
        kit.turn(() -> kit.host.cancel(asker, 3, new Answer<>()));
        reply("1", Commands.MANDATORY);
        reply("2", 0);
        await(asker, 4, ADDRESS, true).value();
        kit.turn(() -> kit.host.closeLane(asker));
        reply("3", Commands.MANDATORY);
        assertEquals(List.of("1", "3"), answering.returned);
        assertEquals(List.of(), asking.bodies());
    }

    @Test
    void replies_to_a_client_that_does_not_read_are_dropped_and_counted() {
        await(asker, 3, ADDRESS, true).value();
        asking.room = false;
        reply("1", Commands.MANDATORY);
        asking.room = true;
        reply("2", Commands.MANDATORY);
        assertEquals(List.of("2"), asking.bodies());
        assertEquals(1, kit.host.counters().repliesDropped());
    }

    @Test
    void a_lane_waits_once_and_without_acks() {
        Answer<Void> unsettled = await(asker, 3, ADDRESS, false);
        assertNotNull(unsettled.why);
        assertEquals("reply consumer cannot acknowledge", unsettled.why.getMessage());
        await(asker, 3, ADDRESS, true).value();
        Answer<Void> twice = await(asker, 4, ADDRESS + "2", true);
        assertNotNull(twice.why);
        assertEquals("reply consumer already set", twice.why.getMessage());
    }

    @Test
    void whether_somebody_waits_can_be_asked_and_no_such_queue_is_made() {
        assertEquals(
                new QueueStatus(ReplyAddress.NAME, 0, 1),
                check(ReplyAddress.NAME).value());
        assertNotNull(check(ADDRESS).why);
        await(asker, 3, ADDRESS, true).value();
        assertEquals(new QueueStatus(ADDRESS, 0, 1), check(ADDRESS).value());
        Answer<QueueStatus> declared = new Answer<>();
        QueueSpec spec = new QueueSpec(ReplyAddress.NAME, true, false, false, Arguments.NONE);
        kit.turn(() -> kit.host.declareQueue(asker, spec, declared));
        declared.value();
        assertEquals(List.of(), kit.host.queues());
    }

    @Test
    void a_reply_in_a_transaction_goes_when_it_commits() {
        await(asker, 3, ADDRESS, true).value();
        reply("late", Commands.TRANSACTIONAL);
        assertEquals(List.of(), asking.bodies());
        kit.turn(() -> kit.host.commit(answerer, new Answer<>()));
        assertEquals(List.of("late"), asking.bodies());
    }
}
