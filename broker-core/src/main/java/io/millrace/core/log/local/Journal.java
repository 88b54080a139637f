package io.millrace.core.log.local;

import io.millrace.core.disk.DiskFullException;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogException.Kind;
import io.millrace.core.log.LogListener;
import io.millrace.core.time.Timer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes appended frames: takes all that is pending, one gathering write, one flush, tells of it, and again.
 *
 * <p>The owner pushes frames on a stack without waiting; at most one task is on the executor at a time, and its work is
 * done under a lock that only {@link #close} contends for. After a failure nothing is written or told any more.
 */
final class Journal {
    /** Groups that one task writes before it queues again, so that logs that share an executor take turns. */
    private static final int GROUPS_PER_TASK = 64;

    private final WalFiles files;
    private final Executor executor;
    private final Timer timer;
    private final LocalLogOptions options;
    private final LongConsumer afterFlush;
    private final Runnable halfFull;

    private final AtomicReference<@Nullable PendingFrame> arrivals = new AtomicReference<>();
    /** Position of the last frame that was appended. Written by the owner. */
    private final AtomicLong appended = new AtomicLong();
    /** Position of the last frame that somebody waits for. Written by the owner. */
    private final AtomicLong urgent = new AtomicLong();

    private final AtomicLong appendedBytes = new AtomicLong();
    private final AtomicLong durable = new AtomicLong();
    private final AtomicLong durableBytes = new AtomicLong();
    /** Whether a timer will call {@link #lapse}. */
    private final AtomicBoolean lapseArmed = new AtomicBoolean();
    /** Whether lazy frames have waited long enough. */
    private final AtomicBoolean lapsed = new AtomicBoolean();

    private final AtomicLong dropTo = new AtomicLong();
    private final AtomicBoolean dropWanted = new AtomicBoolean();
    private final AtomicBoolean restWanted = new AtomicBoolean();
    /** Whether a task is on the executor that will look at all of the above again. */
    private final AtomicBoolean scheduled = new AtomicBoolean();
    /** What another task could not do; fails the log. */
    private final AtomicReference<@Nullable LogException> poison = new AtomicReference<>();

    private final Runnable task = this::run;
    private final Runnable lapse = this::lapse;
    private final ReentrantLock lock = new ReentrantLock();

    // Under the lock from here; the volatile ones are read without it.
    private final ArrayDeque<PendingFrame> held = new ArrayDeque<>();
    private final GroupBuffers group = new GroupBuffers();
    private volatile LogListener listener;
    private volatile boolean holding;
    private volatile boolean failed;
    private volatile boolean released;
    private long continues;
    private boolean unmarked;
    private boolean halfFullTold;

    /**
     * @param next number of the next frame
     * @param continues number of the last frame that is there
     * @param afterFlush told of each new durable position before the listener; must not throw
     * @param halfFull called once for each file when it is half full; must not block
     */
    Journal(
            WalFiles files,
            Executor executor,
            Timer timer,
            LocalLogOptions options,
            LogListener listener,
            long next,
            long continues,
            LongConsumer afterFlush,
            Runnable halfFull) {
        this.files = files;
        this.executor = executor;
        this.timer = timer;
        this.options = options;
        this.listener = listener;
        this.continues = continues;
        this.afterFlush = afterFlush;
        this.halfFull = halfFull;
        appended.set(next - 1);
        urgent.set(next - 1);
        durable.set(next - 1);
    }

    void listener(LogListener wanted) {
        listener = wanted;
    }

    long durable() {
        return durable.get();
    }

    long unflushedBytes() {
        long done = durableBytes.get();
        return appendedBytes.get() - done;
    }

    /** Owner only. */
    void append(PendingFrame frame, boolean now) {
        appendedBytes.lazySet(appendedBytes.get() + frame.bytes);
        PendingFrame older;
        do {
            older = arrivals.get();
            frame.link = older;
        } while (!arrivals.compareAndSet(older, frame));
        appended.set(frame.position);
        if (now) {
            hurry(frame.position);
        } else if (!lapseArmed.get() && lapseArmed.compareAndSet(false, true)) {
            timer.after(options.commitIntervalNanos(), lapse);
        }
    }

    /** Makes all frames up to that position urgent. Owner only. */
    void hurry(long position) {
        if (position > urgent.get()) {
            urgent.set(position);
            request();
        }
    }

    /** Any thread. */
    void dropBefore(long position) {
        if (dropTo.accumulateAndGet(position, Math::max) == position) {
            dropWanted.set(true);
            request();
        }
    }

    /** Goes on with a small file. Any thread. */
    void rest() {
        restWanted.set(true);
        request();
    }

    /** Fails the log for what another task could not do. Any thread. */
    void poison(LogException cause) {
        poison.compareAndSet(null, cause);
        request();
    }

    private void lapse() {
        lapseArmed.set(false);
        if (appended.get() > durable.get()) {
            lapsed.set(true);
            request();
        }
    }

    private void retry() {
        holding = false;
        lapsed.set(true);
        request();
    }

    private void request() {
        if (scheduled.compareAndSet(false, true)) {
            executor.execute(task);
        }
    }

    private boolean due() {
        long done = durable.get();
        return !holding && (urgent.get() > done || (lapsed.get() && appended.get() > done));
    }

    private boolean workWaits() {
        return !failed && !released && (due() || dropWanted.get() || restWanted.get() || poison.get() != null);
    }

    private void run() {
        lock.lock();
        try {
            if (!released && !failed) {
                work();
            }
        } finally {
            lock.unlock();
        }
        // In this order: who appends after the check finds the flag down and schedules anew.
        scheduled.set(false);
        if (workWaits()) {
            request();
        }
    }

    private void work() {
        try {
            LogException cause = poison.get();
            if (cause != null) {
                throw cause;
            }
            for (int i = 0; i < GROUPS_PER_TASK && due(); i++) {
                flush();
            }
            if (restWanted.getAndSet(false)) {
                shrink();
            }
            if (dropWanted.getAndSet(false)) {
                drop();
            }
        } catch (LogException e) {
            fail(e);
        } catch (RuntimeException | Error e) {
            fail(new LogException(Kind.IO, "the journal of " + files.path() + " met a defect: " + e, e));
            throw e;
        }
    }

    private void flush() throws LogException {
        lapsed.set(false);
        collect();
        while (!held.isEmpty() && writeGroup()) {
            // once for each file that the frames fall into
        }
    }

    private void collect() {
        PendingFrame oldest = null;
        PendingFrame frame = arrivals.getAndSet(null);
        while (frame != null) {
            PendingFrame older = frame.link;
            frame.link = oldest;
            oldest = frame;
            frame = older;
        }
        while (oldest != null) {
            held.addLast(oldest);
            PendingFrame newer = oldest.link;
            oldest.link = null;
            oldest = newer;
        }
    }

    /** Writes and flushes as many held frames as the open file takes; false if the disk is full. */
    private boolean writeGroup() throws LogException {
        PendingFrame first = held.getFirst();
        if (files.room() < WalFrame.pageAlign(first.span()) && !roll(first)) {
            return false;
        }
        long mark = durable.get();
        long room = files.room();
        long bytes = 0;
        long last = continues;
        group.begin();
        while (!held.isEmpty()
                && WalFrame.pageAlign(group.bytes() + held.getFirst().span()) <= room) {
            PendingFrame frame = held.removeFirst();
            group.add(frame, mark, files.salt());
            bytes += frame.bytes;
            last = frame.position;
        }
        writeAndForce(last + 1, mark);
        continues = last;
        unmarked = true;
        durable.set(last);
        durableBytes.lazySet(durableBytes.get() + bytes);
        afterFlush.accept(last);
        listener.durable(last);
        if (!halfFullTold && files.halfFull()) {
            halfFullTold = true;
            halfFull.run();
        }
        return true;
    }

    private void writeAndForce(long next, long mark) throws LogException {
        group.finish(next, mark, files.salt());
        try {
            files.write(group.buffers(), group.count(), group.bytes());
        } catch (IOException e) {
            throw new LogException(
                    Kind.IO,
                    "cannot write or flush " + files.path() + ": " + e + "; frames after " + durable.get()
                            + " are in doubt and nothing is written any more; check the disk, then restart: start reads"
                            + " and verifies what is there",
                    e);
        } finally {
            group.begin();
        }
    }

    private boolean roll(PendingFrame first) throws LogException {
        try {
            files.roll(first.position, continues, WalFrame.pageAlign(first.span()));
            halfFullTold = false;
            return true;
        } catch (DiskFullException e) {
            holding = true;
            timer.after(options.fullDiskRetryNanos(), this::retry);
            return false;
        } catch (IOException e) {
            throw new LogException(
                    Kind.IO,
                    "cannot begin a new file behind " + files.path() + ": " + e + "; check the disk, then restart",
                    e);
        }
    }

    private void shrink() throws LogException {
        try {
            if (held.isEmpty()) {
                files.rest(continues + 1, continues);
                halfFullTold = false;
            }
        } catch (IOException e) {
            throw new LogException(
                    Kind.IO,
                    "cannot begin a small file behind " + files.path() + ": " + e + "; check the disk, then restart",
                    e);
        }
    }

    private void drop() throws LogException {
        try {
            files.dropBefore(dropTo.get());
        } catch (IOException e) {
            throw new LogException(
                    Kind.IO, "cannot give back old files beside " + files.path() + ": " + e + "; check the disk", e);
        }
    }

    private void fail(LogException cause) {
        failed = true;
        held.clear();
        arrivals.set(null);
        listener.failed(cause);
    }

    /**
     * Flushes what was appended, with a mark behind it that proves it, and closes the file. Blocking.
     *
     * @throws LogException if that fails; the listener is told as well
     */
    void close() throws LogException {
        lock.lock();
        try {
            if (!released && !failed) {
                flushAtClose();
            }
        } catch (LogException e) {
            fail(e);
            throw e;
        } finally {
            released = true;
            closeFile();
            lock.unlock();
        }
    }

    private void flushAtClose() throws LogException {
        flush();
        if (!held.isEmpty()) {
            throw new LogException(
                    Kind.IO,
                    "the disk is full: frames " + held.getFirst().position + " to " + appended.get() + " of "
                            + files.path() + " are not stored; make room before the next start",
                    null);
        }
        if (unmarked && files.room() > 0) {
            group.begin();
            writeAndForce(continues + 1, durable.get());
            unmarked = false;
        }
    }

    private void closeFile() {
        try {
            files.closeOpen();
        } catch (IOException e) {
            // All that counts was flushed before, and what was not is told of already.
        }
    }
}
