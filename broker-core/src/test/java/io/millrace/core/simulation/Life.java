package io.millrace.core.simulation;

import io.millrace.core.disk.Disk;
import io.millrace.core.log.LogException;
import io.millrace.core.log.local.LocalLog;
import io.millrace.core.log.local.LocalLogOptions;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.policy.Policies;
import io.millrace.core.routing.HeaderReader;
import io.millrace.core.store.FileSegments;
import io.millrace.core.time.ManualTimer;
import io.millrace.core.time.StepExecutor;
import io.millrace.core.vhost.HostLimits;
import io.millrace.core.vhost.HostListener;
import io.millrace.core.vhost.HostProbe;
import io.millrace.core.vhost.HostSetup;
import io.millrace.core.vhost.VirtualHost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A virtual host from its start to its end, with its workers and its clock. */
final class Life {
    /** Small, so that messages move to segments all the time. */
    private static final long MEMORY = 512 << 10;

    private static final int WAL_FILE = 256 << 10;

    final StepExecutor owner = new StepExecutor();
    final StepExecutor io = new StepExecutor();
    final ManualTimer timer = new ManualTimer();
    final TappedLog log;
    final FileSegments segments;
    final VirtualHost host;
    final HostProbe probe;
    /** Up to where the log went when it was opened. */
    final long foundUpTo;

    final List<String> stuck = new ArrayList<>();
    final List<String> damages = new ArrayList<>();
    private final long startMillis;
    private long salts;
    private int names;
    private @Nullable LogException failure;
    private boolean blocked;
    private boolean begun;

    Life(Disk disk, long startMillis, long salt, Policies policies, Tampering tampering) throws IOException {
        this.startMillis = startMillis;
        this.salts = salt;
        LocalLogOptions options = LocalLogOptions.DEFAULTS.withFileBytes(WAL_FILE / 4, WAL_FILE);
        log = new TappedLog(tampering.log(LocalLog.open(disk, "vhost/1", io, timer, () -> ++salts, options)));
        segments = new FileSegments(disk, "vhost/1/segment", io, owner);
        host = VirtualHost.open(new HostSetup(
                "/",
                log,
                tampering.segments(segments),
                tampering.clock(this::millis),
                timer,
                owner,
                headers(),
                () -> "name" + ++names,
                policies,
                new HostLimits(MEMORY, 4 << 20, 1 << 20, 0),
                listener()));
        probe = new HostProbe(host);
        foundUpTo = log.last();
    }

    private static HeaderReader headers() {
        return (record, at) -> {
            Map<String, @Nullable Object> headers = new HashMap<>();
            int properties = MessageRecord.propertiesAt(record, at);
            if (MessageRecord.propertiesLength(record, at) > 0) {
                Message.headers(record.getLong(properties), record.getLong(properties + Long.BYTES), headers);
            }
            return headers;
        };
    }

    private HostListener listener() {
        return new HostListener() {
            @Override
            public void pressure(boolean wait, String reason) {
                blocked = wait;
            }

            @Override
            public void stuck(String text) {
                stuck.add(text);
            }

            @Override
            public void failed(LogException cause) {
                failure = cause;
            }

            @Override
            public void damaged(String queue, long first, long last, String text) {
                damages.add("queue " + queue + ", messages " + first + " to " + last + ": " + text);
            }
        };
    }

    /** The time. */
    long millis() {
        return startMillis + timer.elapsedNanos() / 1_000_000;
    }

    /** Whether publishers are to wait. */
    boolean isBlocked() {
        return blocked;
    }

    /** Why the log has failed, or null. */
    @Nullable
    LogException failure() {
        return failure;
    }

    /** Whether nothing is under way. */
    boolean isQuiet() {
        return owner.waiting() + io.waiting() == 0 && log.durable() == log.last();
    }

    /** Whether it has had a turn: before the first one, nothing is ruled. */
    boolean begun() {
        return begun;
    }

    /** The commands in a turn of their own. */
    void turn(Runnable commands) {
        begun = true;
        host.beginTurn();
        commands.run();
        host.endTurn();
    }
}
