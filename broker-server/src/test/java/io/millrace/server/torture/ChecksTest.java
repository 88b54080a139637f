package io.millrace.server.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.server.torture.Finding.Kind;
import io.millrace.server.torture.History.Acked;
import io.millrace.server.torture.History.Alone;
import io.millrace.server.torture.History.Answered;
import io.millrace.server.torture.History.Carrying;
import io.millrace.server.torture.History.Confirmed;
import io.millrace.server.torture.History.Crashed;
import io.millrace.server.torture.History.Declared;
import io.millrace.server.torture.History.Declaring;
import io.millrace.server.torture.History.Deleted;
import io.millrace.server.torture.History.Deleting;
import io.millrace.server.torture.History.Delivered;
import io.millrace.server.torture.History.Drained;
import io.millrace.server.torture.History.Event;
import io.millrace.server.torture.History.Found;
import io.millrace.server.torture.History.Left;
import io.millrace.server.torture.History.Message;
import io.millrace.server.torture.History.Purged;
import io.millrace.server.torture.History.Purging;
import io.millrace.server.torture.History.Refused;
import io.millrace.server.torture.History.Rejected;
import io.millrace.server.torture.History.Requeued;
import io.millrace.server.torture.History.Returned;
import io.millrace.server.torture.History.Sent;
import io.millrace.server.torture.History.Stopped;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The checks find what they are there for, and nothing else. */
class ChecksTest {
    private static final long MS = 1_000_000;
    private static final Message EARLIER = new Message(1, 4);
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
                new Crashed(),
                delivered(true),
                acked(),
                new Crashed(),
                delivered(true),
                acked(),
                new Drained());
    }

    @Test
    void confirmed_message_that_never_comes_is_lost() {
        expect(Kind.LOST, sent(0), new Confirmed(M), new Crashed(), new Drained());
    }

    @Test
    void message_whose_late_acknowledgement_was_forgotten_is_lost_if_it_does_not_stay() {
        expect(
                Kind.LOST,
                sent(0),
                new Confirmed(M),
                delivered(false),
                acked(),
                new Crashed(),
                delivered(true),
                new Crashed(),
                new Drained());
    }

    @Test
    void message_that_was_with_a_consumer_at_the_crash_and_does_not_come_again_is_lost() {
        expect(Kind.LOST, sent(0), new Confirmed(M), delivered(false), new Crashed(), new Drained());
    }

    @Test
    void requeued_message_that_does_not_come_again_is_lost() {
        expect(Kind.LOST, sent(0), new Confirmed(M), delivered(false), new Requeued("c", "q", M), new Drained());
    }

    @Test
    void message_of_a_consumer_that_left_and_that_does_not_come_again_is_lost() {
        expect(Kind.LOST, sent(0), new Confirmed(M), delivered(false), new Left("c", "q"), new Drained());
    }

    @Test
    void message_in_doubt_may_be_missing() {
        expect(null, sent(0), new Crashed(), new Drained());
        expect(null, sent(0), delivered(false), new Crashed(), new Drained());
        expect(null, sent(0), delivered(false), acked(), new Crashed(), new Drained());
    }

    @Test
    void message_that_nobody_sent_is_unexpected() {
        expect(Kind.UNEXPECTED, delivered(false));
    }

    @Test
    void message_in_the_wrong_queue_is_unexpected() {
        expect(Kind.UNEXPECTED, sent(0), new Delivered("c", "other", M, false, 0, true));
    }

    @Test
    void refused_message_that_comes_is_unexpected() {
        expect(Kind.UNEXPECTED, sent(0), new Refused(M), delivered(false));
    }

    @Test
    void changed_body_is_corrupt() {
        expect(Kind.CORRUPT, sent(0), new Delivered("c", "q", M, false, 0, false));
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
    void acknowledgement_that_was_on_disk_before_the_crash_holds_after_it() {
        expect(
                Kind.DOUBLED,
                sent(0),
                delivered(false),
                acked(),
                new Answered(10 * MS, "c"),
                later(61 * MS),
                new Confirmed(LATER),
                new Crashed(),
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
                new Crashed(),
                delivered(true));
        expect(
                null,
                sent(0),
                delivered(false),
                acked(),
                later(100 * MS),
                new Confirmed(LATER),
                new Crashed(),
                delivered(true));
    }

    @Test
    void acknowledgement_that_was_carried_out_holds_after_a_clean_stop() {
        Answered answered = new Answered(10 * MS, "c");
        expect(Kind.DOUBLED, sent(0), delivered(false), acked(), answered, new Stopped(), delivered(true));
        expect(null, sent(0), delivered(false), acked(), new Stopped(), delivered(true));
    }

    @Test
    void missing_mark_is_found_within_a_life_and_after_a_crash() {
        expect(Kind.UNMARKED, sent(0), delivered(false), new Requeued("c", "q", M), unmarked());
        expect(Kind.UNMARKED, sent(0), delivered(false), new Crashed(), delivered(false));
    }

    @Test
    void mark_on_a_first_delivery_needs_a_cause() {
        expect(Kind.MARKED_WITHOUT_CAUSE, sent(0), delivered(true));
        expect(null, sent(0), new Crashed(), delivered(true));
        expect(null, sent(0), new Left("other", "q"), delivered(true));
        expect(Kind.MARKED_WITHOUT_CAUSE, sent(0), new Left("other", "elsewhere"), delivered(true));
    }

    @Test
    void ended_attempts_are_counted_and_never_become_fewer() {
        Requeued back = new Requeued("c", "q", M);
        Event[] once = {sent(0), delivered(false), back};
        expect(null, and(once, counted(1), back, counted(2)));
        expect(Kind.UNCOUNTED, and(once, counted(0)));
        expect(Kind.UNCOUNTED, and(once, new Answered(0, "c"), new Stopped(), counted(0)));
        expect(null, and(once, new Stopped(), counted(0)));
    }

    @Test
    void end_of_an_attempt_may_be_forgotten_in_a_crash_unless_it_was_on_disk() {
        Requeued back = new Requeued("c", "q", M);
        Event[] once = {sent(0), delivered(false), back, new Answered(10 * MS, "c"), counted(1), back};
        expect(null, and(once, new Crashed(), counted(0)));
        Event[] proven = and(once, later(61 * MS), new Confirmed(LATER), new Crashed());
        expect(Kind.UNCOUNTED, and(proven, counted(0)));
        expect(null, and(proven, counted(1)));
        expect(null, and(proven, counted(2), new Crashed(), counted(2)));
        expect(Kind.UNCOUNTED, and(proven, counted(2), new Crashed(), counted(1)));
    }

    @Test
    void earlier_message_after_a_later_one_is_disordered_for_one_consumer() {
        Event[] later = {sent(EARLIER), sent(0), delivered(false)};
        expect(Kind.DISORDERED, and(later, new Delivered("c", "q", EARLIER, false, 0, true)));
        expect(null, and(later, new Delivered("other", "q", EARLIER, false, 0, true)));
        Event[] important = {sent(EARLIER), new Sent(0, M, List.of("q"), 3, M), delivered(false)};
        expect(null, and(important, new Delivered("c", "q", EARLIER, false, 0, true)));
    }

    @Test
    void consumer_that_is_alone_gets_everything_in_order() {
        Event[] later = {sent(EARLIER), sent(0), new Delivered("b", "q", EARLIER, false, 0, true), delivered(false)};
        Event[] back = and(later, new Requeued("c", "q", M), new Requeued("b", "q", EARLIER), new Alone("d"));
        Delivered first = new Delivered("d", "q", EARLIER, true, 1, true);
        Delivered second = new Delivered("d", "q", M, true, 1, true);
        expect(null, and(back, first, second));
        expect(Kind.DISORDERED, and(back, second, first));
    }

    @Test
    void message_in_one_of_its_two_queues_is_torn() {
        Sent both = new Sent(0, M, List.of("q", "q2"), 0, M);
        expect(Kind.TORN, both, new Crashed(), delivered(true), acked(), new Drained());
        expect(null, both, new Crashed(), new Drained());
        expect(null, both, delivered(false), new Crashed(), new Drained());
        Delivered inTheOther = new Delivered("c", "q2", M, true, 0, true);
        Acked there = new Acked("c", "q2", M);
        expect(null, both, delivered(false), acked(), new Crashed(), inTheOther, there, new Drained());
        expect(null, both, new Crashed(), delivered(true), acked(), inTheOther, there, new Drained());
    }

    @Test
    void transaction_of_which_a_part_is_there_is_torn() {
        Event[] two = {sent(M), new Sent(0, LATER, List.of("q"), 0, M), new Crashed()};
        Delivered other = new Delivered("c", "q", LATER, true, 0, true);
        expect(null, and(two, new Drained()));
        expect(Kind.TORN, and(two, delivered(true), acked(), new Drained()));
        expect(null, and(two, delivered(true), acked(), other, new Acked("c", "q", LATER), new Drained()));
    }

    @Test
    void rejected_message_is_in_its_queue_or_in_the_dead_letter_queue() {
        Event[] rejected = {sent(0), new Confirmed(M), delivered(false), new Rejected("c", "q", M)};
        Delivered dead = new Delivered("c", "dead", M, false, 0, true);
        Acked buried = new Acked("c", "dead", M);
        expect(null, and(rejected, dead, buried, new Drained()));
        expect(Kind.LOST, and(rejected, new Drained()));
        expect(Kind.MISPLACED, and(rejected, delivered(true), acked(), new Drained()));
        Event[] crashed = and(rejected, new Crashed());
        expect(null, and(crashed, dead, buried, new Drained()));
        expect(null, and(crashed, delivered(true), acked(), new Drained()));
        expect(Kind.LOST, and(crashed, new Drained()));
        expect(Kind.DOUBLED, and(crashed, delivered(true), acked(), dead, buried, new Drained()));
        expect(Kind.DOUBLED, and(crashed, delivered(true), dead, buried, new Drained()));
    }

    @Test
    void message_that_was_not_rejected_and_is_dead_is_misplaced() {
        expect(
                Kind.MISPLACED,
                sent(0),
                new Delivered("c", "dead", M, false, 0, true),
                new Acked("c", "dead", M),
                new Drained());
    }

    @Test
    void purged_message_that_comes_is_a_ghost() {
        Event[] purged = {sent(0), new Confirmed(M), new Purging("q"), new Purged("q")};
        expect(null, and(purged, new Crashed(), new Drained()));
        expect(Kind.GHOST, and(purged, new Crashed(), delivered(true)));
        expect(null, sent(0), new Confirmed(M), new Purging("q"), new Crashed(), delivered(true));
        expect(null, sent(0), new Confirmed(M), new Purging("q"), new Crashed(), new Drained());
    }

    @Test
    void deleted_queue_that_is_there_is_a_ghost() {
        Event[] declared = {new Declaring("q"), new Declared("q"), new Deleting("q")};
        expect(Kind.GHOST, and(declared, new Deleted("q"), new Crashed(), new Found("q", true)));
        expect(null, and(declared, new Deleted("q"), new Crashed(), new Found("q", false)));
        expect(null, and(declared, new Crashed(), new Found("q", true)));
        expect(null, and(declared, new Crashed(), new Found("q", false)));
    }

    @Test
    void declared_queue_that_is_not_there_is_lost() {
        Event[] declared = {new Declaring("q"), new Declared("q"), new Crashed()};
        expect(Kind.QUEUE_LOST, and(declared, new Found("q", false)));
        expect(null, new Declaring("q"), new Crashed(), new Found("q", false));
    }

    @Test
    void transaction_that_takes_and_publishes_holds_as_a_whole_or_not_at_all() {
        Event[] sent = {sent(0), new Confirmed(M), delivered(false)};
        Message next = new Message(5, 0);
        Event[] carrying = and(
                sent,
                new Carrying(next, "q", List.of(M)),
                new Sent(0, next, List.of("elsewhere"), 0, next),
                acked(),
                new Crashed());
        Event[] came = {new Delivered("d", "elsewhere", next, true, 0, true), new Acked("d", "elsewhere", next)};
        expect(null, and(and(carrying, came), new Drained()));
        expect(null, and(carrying, delivered(true), acked(), new Drained()));
        expect(Kind.TORN, and(carrying, new Drained()));
        expect(Kind.TORN, and(and(carrying, delivered(true), acked()), and(came, new Drained())));
    }

    @Test
    void consumer_that_is_alone_gets_higher_priorities_first() {
        Sent urgent = new Sent(0, LATER, List.of("q"), 3, LATER);
        Event[] sent = {new Alone("c"), sent(M), urgent};
        Event[] first = {delivered(false), acked()};
        Event[] second = {new Delivered("c", "q", LATER, false, 0, true), new Acked("c", "q", LATER)};
        expect(null, and(and(sent, second), first));
        expect(Kind.DISORDERED, and(and(sent, first), second));
    }

    @Test
    void message_that_no_queue_wants_is_returned_before_it_is_confirmed() {
        Sent unwanted = new Sent(0, M, List.of(), 0, M);
        expect(null, unwanted, new Returned(M), new Confirmed(M));
        expect(Kind.NOT_RETURNED, unwanted, new Confirmed(M));
        expect(Kind.UNEXPECTED, sent(0), new Returned(M), new Confirmed(M), delivered(false), acked());
    }

    private static void expect(@Nullable Kind kind, Event... history) {
        assertEquals(
                kind == null ? List.of() : List.of(kind),
                Checks.findings(List.of(history), Map.of("q", "dead")).stream()
                        .map(Finding::kind)
                        .toList());
    }

    private static Event[] and(Event[] first, Event... then) {
        Event[] all = Arrays.copyOf(first, first.length + then.length);
        System.arraycopy(then, 0, all, first.length, then.length);
        return all;
    }

    private static Sent sent(long at) {
        return new Sent(at, M, List.of("q"), 0, M);
    }

    private static Sent sent(Message message) {
        return new Sent(0, message, List.of("q"), 0, message);
    }

    private static Sent later(long at) {
        return new Sent(at, LATER, List.of("elsewhere"), 0, LATER);
    }

    private static Delivered delivered(boolean redelivered) {
        return new Delivered("c", "q", M, redelivered, redelivered ? 1 : 0, true);
    }

    private static Delivered unmarked() {
        return new Delivered("c", "q", M, false, 1, true);
    }

    private static Delivered counted(long attempts) {
        return new Delivered("c", "q", M, true, attempts, true);
    }

    private static Acked acked() {
        return new Acked("c", "q", M);
    }
}
