package io.millrace.core.vhost;

import io.millrace.core.disk.Disk;
import io.millrace.core.log.Log;
import io.millrace.core.log.LogException;
import io.millrace.core.log.local.LocalLog;
import io.millrace.core.log.local.LocalLogOptions;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.policy.ApplyTo;
import io.millrace.core.policy.Policies;
import io.millrace.core.policy.Policy;
import io.millrace.core.store.FileSegments;
import io.millrace.core.time.ManualTimer;
import io.millrace.core.time.StepExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A virtual host on one thread: its owner, its workers and its disk take steps when the test says so. */
final class HostKit {
    static final long MILLIS = 1_700_000_000_000L;

    /** A file's salt is not that of its former life. */
    private static final AtomicLong SALTS = new AtomicLong();

    final StepExecutor owner = new StepExecutor();
    final StepExecutor io = new StepExecutor();
    final ManualTimer timer = new ManualTimer();
    final List<String> damages = new ArrayList<>();
    final List<String> mended = new ArrayList<>();
    final List<String> pressures = new ArrayList<>();
    final List<String> stopped = new ArrayList<>();
    final AtomicReference<@Nullable LogException> failure = new AtomicReference<>();
    final Log log;
    final VirtualHost host;
    private int names;
    private final long startMillis;

    HostKit(Disk disk, long memoryBytes) {
        this(disk, memoryBytes, MILLIS);
    }

    /** @param startMillis the time of its start; it goes on with the timer */
    HostKit(Disk disk, long memoryBytes, long startMillis) {
        this(disk, memoryBytes, startMillis, LocalLogOptions.DEFAULTS.withFileBytes(1 << 20, 1 << 20));
    }

    HostKit(Disk disk, long memoryBytes, long startMillis, LocalLogOptions options) {
        this.startMillis = startMillis;
        try {
            this.log = LocalLog.open(disk, "vhost/1", io, timer, SALTS::incrementAndGet, options);
            this.host = VirtualHost.open(new HostSetup(
                    "/",
                    log,
                    new FileSegments(disk, "vhost/1/segment", io, owner),
                    this::millis,
                    timer,
                    owner,
                    new TestProperties(),
                    () -> "name" + ++names,
                    Policies.NONE,
                    new HostLimits(memoryBytes, 64 << 20, 4 << 20, 1_800_000),
                    listener()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The time. */
    long millis() {
        return startMillis + timer.elapsedNanos() / 1_000_000;
    }

    /** Lets so much time pass, and everything happen that is under way. */
    void pass(long millis) {
        settle();
        timer.advance(millis * 1_000_000);
        settle();
    }

    /** This policy holds from now on for every queue whose name contains a match of the pattern. */
    void policy(String pattern, String key, Object value) {
        policy(new Policy("test", pattern, ApplyTo.QUEUES, 0, new Arguments(Map.of(key, value))));
    }

    /** That policy holds from now on, and no other. */
    void policy(Policy policy) {
        host.policies(Policies.NONE.with(false, policy));
    }

    private HostListener listener() {
        return new HostListener() {
            @Override
            public void pressure(boolean blocked, String reason) {
                pressures.add(blocked ? reason : "");
            }

            @Override
            public void stuck(String text) {
                damages.add("stuck: " + text);
            }

            @Override
            public void consumerStopped(String queue, String client, String tag, int messages) {
                stopped.add(tag + " " + messages);
            }

            @Override
            public void failed(LogException cause) {
                failure.set(cause);
            }

            @Override
            public void mended(String queue) {
                mended.add(queue);
            }

            @Override
            public void damaged(String queue, long first, long last, String text) {
                damages.add(queue + " " + first + ".." + last + " " + text);
            }
        };
    }

    /** Lets everything happen that is under way, the lazy flush included. */
    void settle() {
        do {
            owner.runAll();
            io.runAll();
            timer.advance(10_000_000);
        } while (owner.waiting() + io.waiting() > 0);
    }

    Lane lane(RecordingOutlet outlet) {
        Lane lane = new Lane(new Client("test"), 1, outlet);
        turn(() -> host.openLane(lane));
        return lane;
    }

    void turn(Runnable commands) {
        host.beginTurn();
        commands.run();
        host.endTurn();
    }

    /** Declares and waits until it is durable. */
    void queue(Lane lane, String name, Arguments arguments) {
        Answer<QueueStatus> answer = new Answer<>();
        turn(() -> host.declareQueue(lane, new QueueSpec(name, true, false, false, arguments), answer));
        settle();
        answer.value();
    }

    void exchange(Lane lane, String name, String type) {
        Answer<Void> answer = new Answer<>();
        ExchangeSpec spec = new ExchangeSpec(name, type, true, false, false, Arguments.NONE);
        turn(() -> host.declareExchange(lane, spec, answer));
        settle();
        answer.value();
    }

    void bind(Lane lane, String exchange, String queue, String key) {
        Answer<Void> answer = new Answer<>();
        turn(() -> host.bind(lane, new BindingSpec(exchange, queue, key, Arguments.NONE), answer));
        settle();
        answer.value();
    }

    void consume(Lane lane, int number, String queue, int window) {
        Answer<Void> answer = new Answer<>();
        turn(() -> host.consume(
                lane, new Subscription(number, "tag" + number, queue, false, false, window, Arguments.NONE), answer));
        if (!answer.isAnswered()) {
            settle();
        }
        answer.value();
    }

    static ByteBuffer record(String exchange, String key, String body, boolean durable) {
        return record(exchange, key, body, durable, -1);
    }

    /** @param expiration how long the message may wait, milliseconds; -1 = for ever */
    static ByteBuffer record(String exchange, String key, String body, boolean durable, long expiration) {
        byte[] x = exchange.getBytes(StandardCharsets.UTF_8);
        byte[] k = key.getBytes(StandardCharsets.UTF_8);
        byte[] b = body.getBytes(StandardCharsets.UTF_8);
        int length = MessageRecord.FIXED_BYTES + x.length + k.length + b.length;
        ByteBuffer record = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        int flags = durable ? MessageRecord.DURABLE : 0;
        long expires = expiration < 0 ? 0 : MessageRecord.waiting(expiration);
        MessageRecord.writeFixed(record, 0, length, 0, flags, 0, x.length, k.length, 0, 0, expires);
        record.put(32, x).put(32 + x.length, k).put(32 + x.length + k.length, b);
        return record;
    }

    /** The answer to one command. */
    static final class Answer<T> implements Reply<T> {
        private boolean answered;
        private @Nullable T value;

        @Nullable
        BrokerException why;

        @Override
        public void done(T result) {
            once();
            value = result;
        }

        @Override
        public void refused(BrokerException refusal) {
            once();
            why = refusal;
        }

        boolean isAnswered() {
            return answered;
        }

        @Nullable
        T value() {
            if (!answered || why != null) {
                throw new AssertionError(answered ? "refused: " + why : "not answered");
            }
            return value;
        }

        private void once() {
            if (answered) {
                throw new AssertionError("answered twice");
            }
            answered = true;
        }
    }
}
