package io.millrace.server.http;

import java.util.LinkedHashMap;
import java.util.Map;

/** Counts logins that failed, by user, and says when it is enough. One thread. */
final class FailedLogins {
    /** Failures of one user that a minute may have. */
    static final int PER_MINUTE_MAX = 10;

    private static final long MINUTE_NANOS = 60_000_000_000L;
    private static final int USERS_MAX = 1_000;

    private final Map<String, Window> windows = new LinkedHashMap<>();

    private static final class Window {
        final long begunNanos;
        int failures;

        Window(long begunNanos) {
            this.begunNanos = begunNanos;
        }
    }

    /** Whether that user has failed too often in this minute. */
    boolean tooMany(String user, long nowNanos) {
        Window window = windows.get(user);
        if (window != null && nowNanos - window.begunNanos >= MINUTE_NANOS) {
            windows.remove(user);
            return false;
        }
        return window != null && window.failures >= PER_MINUTE_MAX;
    }

    void failed(String user, long nowNanos) {
        if (windows.size() >= USERS_MAX && !windows.containsKey(user)) {
            windows.remove(windows.keySet().iterator().next());
        }
        windows.computeIfAbsent(user, name -> new Window(nowNanos)).failures++;
    }
}
