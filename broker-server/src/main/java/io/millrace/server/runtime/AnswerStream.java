package io.millrace.server.runtime;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.vhost.Outlet;
import io.millrace.core.vhost.Reply;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * How answers stand in a {@link Batch}. Each begins with a word
 *
 * <pre>
 *  bits  0..7    kind
 *  bits  8..15   flag
 *  bits 16..31   number of the lane
 *  bits 32..63   generation of the lane: which of the lanes that had this number one after the other
 * </pre>
 *
 * followed by the words that the writing method adds, and by objects for what is rare. One stream for everything of a
 * connection keeps the order in which the virtual host answered.
 */
final class AnswerStream {
    private static final int DELIVER = 1;
    private static final int GOT = 2;
    private static final int GOT_NOTHING = 3;
    private static final int CONFIRMED = 4;
    private static final int PUBLISH_REFUSED = 5;
    private static final int RETURNED = 6;
    private static final int FAILED = 7;
    private static final int CANCELLED = 8;
    private static final int DONE = 9;
    private static final int REFUSED = 10;
    private static final int PUBLISHERS_BLOCKED = 11;
    private static final int VIRTUAL_HOST_FAILED = 12;

    private AnswerStream() {}

    /** Where answers of a connection go. */
    interface Receiver {
        /** The outlet of that lane, for one call, or null if that lane is closed: what comes for it is dropped. */
        @Nullable
        Outlet outlet(int number, int generation);

        void publishersBlocked(@Nullable String reason);

        void virtualHostFailed(String why);
    }

    static void deliver(
            Batch to,
            int number,
            int generation,
            int consumer,
            int queue,
            long sequence,
            boolean redelivered,
            int deliveryCount,
            ByteBuffer record,
            int recordAt) {
        int at = to.record(record, recordAt);
        to.add(head(DELIVER, redelivered ? 1 : 0, number, generation));
        to.add(pair(consumer, queue));
        to.add(sequence);
        to.add(pair(deliveryCount, at));
    }

    static void got(
            Batch to,
            int number,
            int generation,
            int queue,
            long sequence,
            boolean redelivered,
            int deliveryCount,
            long remaining,
            ByteBuffer record,
            int recordAt) {
        int at = to.record(record, recordAt);
        to.add(head(GOT, redelivered ? 1 : 0, number, generation));
        to.add(pair(queue, deliveryCount));
        to.add(sequence);
        to.add(remaining);
        to.add(at);
    }

    static void gotNothing(Batch to, int number, int generation) {
        to.add(head(GOT_NOTHING, 0, number, generation));
    }

    static void confirmed(Batch to, int number, int generation, long upTo) {
        to.add(head(CONFIRMED, 0, number, generation));
        to.add(upTo);
    }

    static void publishRefused(Batch to, int number, int generation, long publish, ErrorCode why) {
        to.add(head(PUBLISH_REFUSED, 0, number, generation));
        to.add(publish);
        to.object(why);
    }

    static void returned(Batch to, int number, int generation, long publish, ByteBuffer record, int recordAt) {
        int at = to.record(record, recordAt);
        to.add(head(RETURNED, 0, number, generation));
        to.add(publish);
        to.add(at);
    }

    static void failed(Batch to, int number, int generation, BrokerException why) {
        to.add(head(FAILED, 0, number, generation));
        to.object(why);
    }

    static void consumerCancelled(Batch to, int number, int generation, int consumer) {
        to.add(head(CANCELLED, 0, number, generation));
        to.add(consumer);
    }

    static void done(Batch to, int number, int generation, Reply<?> reply, @Nullable Object result) {
        to.add(head(DONE, 0, number, generation));
        to.object(reply);
        to.object(result);
    }

    static void refused(Batch to, int number, int generation, Reply<?> reply, BrokerException why) {
        to.add(head(REFUSED, 0, number, generation));
        to.object(reply);
        to.object(why);
    }

    static void publishersBlocked(Batch to, @Nullable String reason) {
        to.add(head(PUBLISHERS_BLOCKED, 0, 0, 0));
        to.object(reason);
    }

    static void virtualHostFailed(Batch to, String why) {
        to.add(head(VIRTUAL_HOST_FAILED, 0, 0, 0));
        to.object(why);
    }

    /** Gives everything in the batch to its receiver, in order. */
    static void read(Batch batch, Receiver receiver) {
        int at = 0;
        int object = 0;
        int words = batch.wordCount();
        while (at < words) {
            long head = batch.word(at);
            int kind = (int) head & 0xFF;
            if (kind >= DONE) {
                object += readRare(kind, head, batch, object, receiver);
                at++;
                continue;
            }
            Outlet outlet = receiver.outlet((int) (head >>> 16) & 0xFFFF, (int) (head >>> 32));
            if (kind == FAILED || kind == PUBLISH_REFUSED) {
                if (outlet != null) {
                    readRefusal(batch, at, present(batch.object(object)), outlet);
                }
                object++;
            } else if (outlet != null) {
                readFrequent(kind, head, batch, at, outlet);
            }
            at += length(kind);
        }
    }

    private static void readFrequent(int kind, long head, Batch batch, int at, Outlet outlet) {
        int flag = (int) (head >>> 8) & 0xFF;
        switch (kind) {
            case DELIVER -> {
                long who = batch.word(at + 1);
                long what = batch.word(at + 3);
                outlet.deliver(
                        left(who), right(who), batch.word(at + 2), flag != 0, left(what), batch.records(), right(what));
            }
            case GOT -> {
                long what = batch.word(at + 1);
                outlet.got(
                        left(what),
                        batch.word(at + 2),
                        flag != 0,
                        right(what),
                        batch.word(at + 3),
                        batch.records(),
                        (int) batch.word(at + 4));
            }
            case GOT_NOTHING -> outlet.gotNothing();
            case CONFIRMED -> outlet.confirmed(batch.word(at + 1));
            case RETURNED -> outlet.returned(batch.word(at + 1), batch.records(), (int) batch.word(at + 2));
            case CANCELLED -> outlet.consumerCancelled((int) batch.word(at + 1));
            default -> throw new IllegalStateException("answer of unknown kind " + kind);
        }
    }

    private static void readRefusal(Batch batch, int at, Object why, Outlet outlet) {
        if (why instanceof ErrorCode code) {
            outlet.refused(batch.word(at + 1), code);
        } else {
            outlet.failed((BrokerException) why);
        }
    }

    /** Reads an answer that has objects and one word; says how many objects it had. */
    @SuppressWarnings({"unchecked", "NullAway"}) // a reply's result is what its command's type says, void being null
    private static int readRare(int kind, long head, Batch batch, int object, Receiver receiver) {
        if (kind == PUBLISHERS_BLOCKED) {
            receiver.publishersBlocked((String) batch.object(object));
            return 1;
        }
        if (kind == VIRTUAL_HOST_FAILED) {
            receiver.virtualHostFailed((String) present(batch.object(object)));
            return 1;
        }
        if (receiver.outlet((int) (head >>> 16) & 0xFFFF, (int) (head >>> 32)) != null) {
            Reply<Object> reply = (Reply<Object>) present(batch.object(object));
            if (kind == DONE) {
                reply.done(batch.object(object + 1));
            } else {
                reply.refused((BrokerException) present(batch.object(object + 1)));
            }
        }
        return 2;
    }

    private static int length(int kind) {
        return switch (kind) {
            case DELIVER -> 4;
            case GOT -> 5;
            case RETURNED -> 3;
            case CONFIRMED, PUBLISH_REFUSED, CANCELLED -> 2;
            default -> 1;
        };
    }

    private static Object present(@Nullable Object object) {
        if (object == null) {
            throw new IllegalStateException("an answer lacks its object");
        }
        return object;
    }

    private static long head(int kind, int flag, int number, int generation) {
        return kind | (long) flag << 8 | (long) number << 16 | (long) generation << 32;
    }

    private static long pair(int left, int right) {
        return (long) left << 32 | (right & 0xFFFF_FFFFL);
    }

    private static int left(long pair) {
        return (int) (pair >>> 32);
    }

    private static int right(long pair) {
        return (int) pair;
    }
}
