package io.millrace.server.runtime;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides whether those who publish to a virtual host have to wait: while any cause holds. Any thread. */
public final class PublisherGate {
    /** Why publishers may have to wait. */
    public enum Cause {
        /** The virtual host's own bounds: memory, or bytes that are not flushed. */
        VIRTUAL_HOST,
        /** The disk is nearly full. */
        DISK,
        /** The broker is stopping. */
        STOPPING
    }

    private final VirtualHostLoop loop;
    private final Map<Cause, String> holding = new EnumMap<>(Cause.class);

    /** @param loop the virtual host's */
    public PublisherGate(VirtualHostLoop loop) {
        this.loop = loop;
    }

    /**
     * Says that a cause holds, or that it does so no more.
     *
     * @param reason for the clients; null if it holds no more
     */
    public synchronized void set(Cause cause, @Nullable String reason) {
        if (reason == null) {
            holding.remove(cause);
        } else {
            holding.put(cause, reason);
        }
        loop.block(holding.isEmpty() ? null : holding.values().iterator().next());
    }
}
