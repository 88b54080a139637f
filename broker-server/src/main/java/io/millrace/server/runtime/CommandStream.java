package io.millrace.server.runtime;

import io.millrace.core.model.Outcome;
import java.nio.ByteBuffer;

/**
 * How commands stand in a {@link Batch}. Each begins with a word
 *
 * <pre>
 *  bits  0..7    kind
 *  bits  8..15   flags or outcome
 *  bits 32..63   number of the lane
 * </pre>
 *
 * followed by the words that the writing method adds. What is rare stands as an object that knows what to do, in the
 * same order.
 */
final class CommandStream {
    private static final int PUBLISH = 1;
    private static final int SETTLE = 2;
    private static final int RARE = 3;
    private static final int SETTLE_AT_COMMIT = 4;

    private static final int ACCEPTED = 0;
    private static final int REJECTED = 1;
    private static final int RELEASED = 2;

    private CommandStream() {}

    /** A rare command, carried out on the virtual host's loop. */
    @FunctionalInterface
    interface Rare {
        void carryOut(HostHalf half);
    }

    static void publish(Batch to, int lane, long number, int flags, ByteBuffer record, int recordAt) {
        int at = to.record(record, recordAt);
        to.add(head(PUBLISH, flags, lane));
        to.add(number);
        to.add(at);
    }

    static void settle(Batch to, int lane, int consumer, int queue, long first, long last, Outcome outcome) {
        settle(to, SETTLE, lane, consumer, queue, first, last, outcome);
    }

    static void settleAtCommit(Batch to, int lane, int consumer, int queue, long first, long last, Outcome outcome) {
        settle(to, SETTLE_AT_COMMIT, lane, consumer, queue, first, last, outcome);
    }

    private static void settle(
            Batch to, int kind, int lane, int consumer, int queue, long first, long last, Outcome outcome) {
        to.add(head(kind, code(outcome), lane));
        to.add((long) consumer << 32 | (queue & 0xFFFF_FFFFL));
        to.add(first);
        to.add(last);
    }

    static void rare(Batch to, Rare command) {
        to.add(head(RARE, 0, 0));
        to.object(command);
    }

    /** Carries out everything in the batch, in order. */
    static void read(Batch batch, HostHalf half) {
        int at = 0;
        int object = 0;
        int words = batch.wordCount();
        while (at < words && !half.gone()) {
            long head = batch.word(at);
            int flags = (int) (head >>> 8) & 0xFF;
            int lane = (int) (head >>> 32);
            switch ((int) head & 0xFF) {
                case PUBLISH -> {
                    half.commands().publish(half.lane(lane), batch.word(at + 1), flags, batch.records(), (int)
                            batch.word(at + 2));
                    at += 3;
                }
                case SETTLE -> {
                    long who = batch.word(at + 1);
                    half.commands()
                            .settle(
                                    half.lane(lane),
                                    (int) (who >>> 32),
                                    (int) who,
                                    batch.word(at + 2),
                                    batch.word(at + 3),
                                    outcome(flags));
                    at += 4;
                }
                case SETTLE_AT_COMMIT -> {
                    long who = batch.word(at + 1);
                    half.commands()
                            .settleAtCommit(
                                    half.lane(lane),
                                    (int) (who >>> 32),
                                    (int) who,
                                    batch.word(at + 2),
                                    batch.word(at + 3),
                                    outcome(flags));
                    at += 4;
                }
                case RARE -> {
                    if (!(batch.object(object++) instanceof Rare rare)) {
                        throw new IllegalStateException("a rare command lacks its object");
                    }
                    rare.carryOut(half);
                    at++;
                }
                default -> throw new IllegalStateException("command of unknown kind " + ((int) head & 0xFF));
            }
        }
    }

    private static int code(Outcome outcome) {
        return switch (outcome) {
            case ACCEPTED -> ACCEPTED;
            case REJECTED -> REJECTED;
            case RELEASED -> RELEASED;
        };
    }

    private static Outcome outcome(int code) {
        return switch (code) {
            case ACCEPTED -> Outcome.ACCEPTED;
            case REJECTED -> Outcome.REJECTED;
            case RELEASED -> Outcome.RELEASED;
            default -> throw new IllegalStateException("outcome of unknown code " + code);
        };
    }

    private static long head(int kind, int flags, int lane) {
        return kind | (long) flags << 8 | (long) lane << 32;
    }
}
