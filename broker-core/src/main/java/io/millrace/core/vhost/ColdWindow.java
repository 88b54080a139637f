package io.millrace.core.vhost;

import io.millrace.core.store.Segments.Window;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was read of a queue's segments: the window that records are taken from, and the one behind it that is read meanwhile.
 * Owner's thread.
 */
final class ColdWindow {
    /** There is nothing behind. */
    static final long NOTHING = -1;

    private @Nullable Window window;
    private @Nullable Window ahead;
    private long behindWindow = NOTHING;
    private long behindAhead = NOTHING;
    private boolean readingOn;
    private final List<Runnable> waiting = new ArrayList<>();

    /** Where records are taken from. */
    @Nullable
    Window window() {
        return window;
    }

    /** What lies behind it, if that was read already. */
    @Nullable
    Window ahead() {
        return ahead;
    }

    /** The first message behind the window, or {@link #NOTHING}. */
    long behind() {
        return behindWindow;
    }

    void window(@Nullable Window read, long behind) {
        window = read;
        behindWindow = behind;
    }

    void ahead(@Nullable Window read, long behind) {
        ahead = read;
        behindAhead = behind;
    }

    /** Goes on with what was read ahead; returns the window that is needed no more. */
    @Nullable
    Window advance() {
        Window old = window;
        window(ahead, behindAhead);
        ahead(null, NOTHING);
        return old;
    }

    /** Whether what lies behind the window is being read. */
    boolean isReadingOn() {
        return readingOn;
    }

    void beginReadingOn() {
        readingOn = true;
    }

    /** What was read is there, or could not be read. Whoever waited looks again. */
    void endReadingOn() {
        readingOn = false;
        List<Runnable> those = List.copyOf(waiting);
        waiting.clear();
        those.forEach(Runnable::run);
    }

    /** Runs that when what is being read has come. */
    void wait(Runnable then) {
        waiting.add(then);
    }

    /** Bytes of memory. */
    long bytes() {
        return bytes(window) + bytes(ahead);
    }

    private static long bytes(@Nullable Window window) {
        return window == null ? 0 : window.records().capacity();
    }
}
