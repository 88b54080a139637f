package io.millrace.core.store;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The segment files of one virtual host. Owner's thread; nothing here blocks it, except {@link #recover}. */
public interface Segments extends AutoCloseable {

    /** What comes of a background operation; runs on the owner's thread. */
    interface Completion<T> {
        /** It went well. */
        void done(T result);

        /** It did not; {@link DamagedException} says that the file is readable and its content is not what was written. */
        void failed(Exception cause);
    }

    /**
     * One queue's messages in one segment.
     *
     * @param segment the segment's number, 1 or more
     * @param queue the queue's number
     * @param first lowest sequence
     * @param last highest sequence
     * @param count how many messages, not all sequences between need be there
     * @param indexAt where its index begins in the file
     * @param bodyBytes bytes of the bodies of all its messages; 0 if that was not noted
     */
    record Run(long segment, int queue, long first, long last, int count, long indexAt, long bodyBytes) {
        /** The same run with that many bytes of bodies. */
        public Run withBodyBytes(long bytes) {
            return new Run(segment, queue, first, last, count, indexAt, bytes);
        }
    }

    /**
     * What a written segment holds.
     *
     * @param segment its number
     * @param runs one for each queue, in the order of the plan
     * @param bytes its size on disk
     */
    record Written(long segment, List<Run> runs, long bytes) {}

    /**
     * A part of a run's index: where messages lie in the segment.
     *
     * @param count how many of the array elements count
     * @param sequences ascending
     * @param offsets where each record begins in the segment file, unsigned 32 bits
     * @param lengths bytes of each record
     */
    record IndexBlock(int count, long[] sequences, int[] offsets, int[] lengths) {}

    /**
     * Messages of a run that are wanted.
     *
     * @param run where they lie
     * @param sequences 1 or more, ascending
     */
    record Kept(Run run, long[] sequences) {}

    /**
     * Writes a new segment with what is still wanted of another one, as {@link #write} does; that one stays. Fails with a
     * {@link DamagedException} if anything that is wanted cannot be read.
     *
     * @param kept runs of one segment, 1 or more
     */
    void copy(long segment, List<Kept> kept, Completion<Written> completion);

    /** Writes a new segment with that number and makes it durable, name included. At most one at a time. */
    void write(long segment, SegmentPlan plan, Completion<Written> completion);

    /**
     * Reads index entries of a run with {@code from <= sequence <= to}, at most 4,096 of them, lowest first. An answer may
     * have fewer than there are, because it ends before a damaged entry, but is empty only if there are none: ask again
     * from behind its last sequence. If the first entry itself is damaged, the completion fails, and says nothing about
     * sequences behind {@code from}.
     */
    void readIndex(Run run, long from, long to, Completion<IndexBlock> completion);

    /**
     * Reads whole, verified records that lie one behind the other, beginning with the one at {@code offset}.
     *
     * @param offset where a record begins, unsigned 32 bits
     * @param length bytes of that record; it is read whole, however long
     * @param readAhead bytes that may be read in all if records follow, 0 for just the one
     * @param completion gets a little-endian buffer with the records, each beginning where {@link Window#offsetOf} says
     */
    void readRecords(long segment, int offset, int length, int readAhead, Completion<Window> completion);

    /**
     * Records read from a segment.
     *
     * @param segment the segment's number
     * @param from offset in the segment file of the first byte in the buffer
     * @param records little-endian; whole records only, with the file's own checksums between them: a record is found by
     *     {@link #offsetOf}, never by walking
     * @param lent the memory that is used again after {@link #release}, or null
     */
    record Window(
            long segment,
            long from,
            ByteBuffer records,
            @Nullable ByteBuffer lent) {
        /** Where in the buffer the record at that segment offset begins, or -1 if it is not in here. */
        public int offsetOf(int segmentOffset) {
            long at = Integer.toUnsignedLong(segmentOffset) - from;
            return at >= 0 && at < records.limit() ? (int) at : -1;
        }
    }

    /**
     * A place in a run, for {@link #scrub}.
     *
     * @param entry how many of its index entries were checked
     * @param after the sequence of the last whole one, -1 if there is none
     * @param gap whether those behind it were damaged, so that the sequences between are not known yet
     */
    record ScrubPoint(int entry, long after, boolean gap) {
        /** Nothing was checked. */
        public static final ScrubPoint BEGIN = new ScrubPoint(0, -1, false);
    }

    /**
     * Messages that are not what was written.
     *
     * @param first lowest sequence
     * @param last highest sequence; those between that the run does not hold mean nothing
     * @param text what was met, and where
     */
    record Flaw(long first, long last, String text) {}

    /**
     * A part of a run that was checked.
     *
     * @param next where to go on; behind the last entry of the run if it was checked to its end
     * @param bytes bytes that were read
     * @param flaws what was found
     */
    record Scrubbed(ScrubPoint next, long bytes, List<Flaw> flaws) {}

    /**
     * Reads a part of a run and checks it.
     *
     * @param from where to begin
     * @param bytesMax how much to read, more or less
     */
    void scrub(Run run, ScrubPoint from, int bytesMax, Completion<Scrubbed> completion);

    /** Whether anything is read or written now, or will be. */
    boolean isBusy();

    /** Gives the memory of a window back, for another one: nobody reads it once the owner's present task has ended. */
    void release(Window window);

    /** Deletes a segment in the background. */
    void delete(long segment);

    /**
     * At start, blocking: deletes every segment that is not among {@code live}, and checks that those are there and closed
     * properly (headers and footers only, so that the time does not grow with the backlog).
     *
     * @return the numbers of live segments that are missing or damaged; their queues are damaged
     */
    List<Long> recover(Iterable<Long> live) throws java.io.IOException;

    /** Bytes on disk of all segments. */
    long bytes();

    @Override
    void close();
}
