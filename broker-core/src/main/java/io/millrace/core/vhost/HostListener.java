package io.millrace.core.vhost;

import io.millrace.core.log.LogException;
import java.util.List;

/** Is told what concerns a virtual host as a whole. Called on its owner's thread; must not block. */
public interface HostListener {
    /** Publishers are to wait, or may go on. Called on changes only. */
    void pressure(boolean blocked, String reason);

    /** Something in the background did not work and will be tried again; somebody should look if it goes on. */
    void stuck(String text);

    /** The log has failed for good: no answer will come any more. */
    void failed(LogException cause);

    /** A consumer held messages for longer than it may: they were taken back, and it gets none until it settles something. */
    default void consumerStopped(String queue, String client, String tag, int messages) {}

    /** A new queue has arguments that were accepted and have no effect here. */
    default void withoutEffect(String queue, List<String> arguments) {}

    /** Stored messages of a queue cannot be read: they stay, are not delivered, and need somebody to look. */
    void damaged(String queue, long first, long last, String text);

    /** No stored message of that queue is known to be unreadable any more: they were given up. */
    default void mended(String queue) {}

    /** A queue was deleted: what was said of it holds no longer. */
    default void gone(String queue) {}
}
