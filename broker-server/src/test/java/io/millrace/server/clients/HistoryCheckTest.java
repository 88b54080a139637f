package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.server.clients.History.Acked;
import io.millrace.server.clients.History.Answered;
import io.millrace.server.clients.History.Confirmed;
import io.millrace.server.clients.History.Delivered;
import io.millrace.server.clients.History.Drained;
import io.millrace.server.clients.History.Event;
import io.millrace.server.clients.History.Killed;
import io.millrace.server.clients.History.Message;
import io.millrace.server.clients.History.Refused;
import io.millrace.server.clients.History.Requeued;
import io.millrace.server.clients.History.Sent;
import io.millrace.server.clients.HistoryCheck.Finding;
import io.millrace.server.clients.HistoryCheck.Kind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The check of histories finds what it is there for, and nothing else. */
class HistoryCheckTest {
    private static final long MS = 1_000_000;
    private static final Message M = new Message(1, 5);
    private static final Message LATER = new Message(2, 9);

    @Test
    void broker_that_keeps_its_promises_is_not_accused() {
        expect(
                null,
                sent(0),
                new Confirmed(M),
                delivered(false),
                new Requeued("c", "q", M),
                delivered(true),
                new Killed(),
                delivered(true),
                acked(),
                new Killed(),
                delivered(true),
                acked(),
                new Drained());
    }

    @Test
    void confirmed_message_that_never_comes_is_lost() {
        expect(Kind.LOST, sent(0), new Confirmed(M), new Killed(), new Drained());
    }

    @Test
    void message_whose_late_acknowledgement_was_forgotten_is_lost_if_it_does_not_stay() {
        Event[] history = {
            sent(0),
            new Confirmed(M),
            delivered(false),
            acked(),
            new Killed(),
            delivered(true),
            new Killed(),
            new Drained()
        };
        expect(Kind.LOST, history);
    }

    @Test
    void message_that_was_with_a_consumer_at_the_kill_and_does_not_come_again_is_lost() {
        expect(Kind.LOST, sent(0), new Confirmed(M), delivered(false), new Killed(), new Drained());
    }

    @Test
    void requeued_message_that_does_not_come_again_is_lost() {
        expect(Kind.LOST, sent(0), new Confirmed(M), delivered(false), new Requeued("c", "q", M), new Drained());
    }

    @Test
    void message_in_doubt_may_be_missing() {
        expect(null, sent(0), new Killed(), new Drained());
        expect(null, sent(0), delivered(false), new Killed(), new Drained());
    }

    @Test
    void message_that_nobody_sent_is_unexpected() {
        expect(Kind.UNEXPECTED, delivered(false));
    }

    @Test
    void message_in_the_wrong_queue_is_unexpected() {
        expect(Kind.UNEXPECTED, sent(0), new Delivered("c", "other", M, false, true));
    }

    @Test
    void refused_message_that_comes_is_unexpected() {
        expect(Kind.UNEXPECTED, sent(0), new Refused(M), delivered(false));
    }

    @Test
    void changed_body_is_corrupt() {
        expect(Kind.CORRUPT, sent(0), new Delivered("c", "q", M, false, false));
    }

    @Test
    void second_delivery_while_the_first_is_open_is_doubled() {
        expect(Kind.DOUBLED, sent(0), delivered(false), delivered(true));
    }

    @Test
    void delivery_after_its_acknowledgement_is_doubled() {
        expect(Kind.DOUBLED, sent(0), delivered(false), acked(), delivered(true));
    }

    @Test
    void acknowledgement_that_was_on_disk_before_the_kill_holds_after_it() {
        expect(
                Kind.DOUBLED,
                sent(0),
                delivered(false),
                acked(),
                new Answered(10 * MS, "c"),
                later(61 * MS),
                new Confirmed(LATER),
                new Killed(),
                delivered(true));
    }

    @Test
    void acknowledgement_of_the_last_commit_interval_may_be_forgotten() {
        expect(
                null,
                sent(0),
                delivered(false),
                acked(),
                new Answered(10 * MS, "c"),
                later(59 * MS),
                new Confirmed(LATER),
                new Killed(),
                delivered(true));
        expect(
                null,
                sent(0),
                delivered(false),
                acked(),
                later(100 * MS),
                new Confirmed(LATER),
                new Killed(),
                delivered(true));
    }

    @Test
    void missing_mark_is_found_within_a_life_and_after_a_kill() {
        expect(Kind.UNMARKED, sent(0), delivered(false), new Requeued("c", "q", M), delivered(false));
        expect(Kind.UNMARKED, sent(0), delivered(false), new Killed(), delivered(false));
    }

    @Test
    void mark_on_a_first_delivery_needs_a_kill_before_it() {
        expect(Kind.MARKED_WITHOUT_CAUSE, sent(0), delivered(true));
        expect(null, sent(0), new Killed(), delivered(true));
    }

    @Test
    void earlier_message_after_a_later_one_is_disordered_for_one_consumer() {
        Message earlier = new Message(1, 4);
        List<Event> both = List.of(new Sent(0, earlier, List.of("q")), sent(0), delivered(false));
        expect(
                Kind.DISORDERED,
                Stream.concat(both.stream(), Stream.of(new Delivered("c", "q", earlier, false, true)))
                        .toArray(Event[]::new));
        expect(
                null,
                Stream.concat(both.stream(), Stream.of(new Delivered("other", "q", earlier, false, true)))
                        .toArray(Event[]::new));
    }

    @Test
    void message_in_one_of_its_two_queues_is_torn() {
        Sent both = new Sent(0, M, List.of("q", "q2"));
        expect(Kind.TORN, both, new Killed(), delivered(true), acked(), new Drained());
        expect(null, both, new Killed(), new Drained());
        expect(null, both, delivered(false), new Killed(), new Drained());
        Delivered inTheOther = new Delivered("c", "q2", M, true, true);
        expect(null, both, delivered(false), acked(), new Killed(), inTheOther, new Drained());
        expect(null, both, new Killed(), delivered(true), inTheOther, new Drained());
    }

    private static void expect(Kind kind, Event... history) {
        assertEquals(
                kind == null ? List.of() : List.of(kind),
                HistoryCheck.findings(List.of(history)).stream()
                        .map(Finding::kind)
                        .toList());
    }

    private static Sent sent(long at) {
        return new Sent(at, M, List.of("q"));
    }

    private static Sent later(long at) {
        return new Sent(at, LATER, List.of("elsewhere"));
    }

    private static Delivered delivered(boolean redelivered) {
        return new Delivered("c", "q", M, redelivered, true);
    }

    private static Acked acked() {
        return new Acked("c", "q", M);
    }
}
