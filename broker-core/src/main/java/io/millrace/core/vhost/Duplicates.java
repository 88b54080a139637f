package io.millrace.core.vhost;

import io.millrace.core.event.Slots;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.queue.RememberedIds;
import io.millrace.core.routing.HeaderReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Knows the messages that queues have seen by their ids, and notes the new ones. The id of a message that survives a restart
 * is remembered in the frame in which the message is logged; that of any other only as long as the broker runs. An id is a
 * text or a whole number, and as a text has at most {@value #ID_BYTES_MAX} bytes; a message with another one, or with none,
 * is never a duplicate. Owner's thread.
 */
final class Duplicates {
    /** Bytes of UTF-8. */
    static final int ID_BYTES_MAX = 255;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final char TEXT = 't';
    private static final char NUMBER = 'n';

    private final Host host;
    private final HeaderReader reader;
    /** What is remembered of messages that a restart forgets. */
    private final Map<Queue, RememberedIds> untilRestart = new HashMap<>();

    private final List<Queue> markedQueues = new ArrayList<>();
    private final List<String> markedIds = new ArrayList<>();
    private ByteBuffer record = NOTHING;
    private int at;
    private @Nullable Map<String, @Nullable Object> headers;
    private boolean loggedBefore;

    Duplicates(Host host) {
        this.host = host;
        this.reader = host.setup.headers();
    }

    /** A message is to be looked at. */
    void begin(ByteBuffer message, int messageAt) {
        end();
        record = message;
        at = messageAt;
    }

    /** The message is stored, or will not be. */
    void end() {
        record = NOTHING;
        headers = null;
        loggedBefore = false;
        markedQueues.clear();
        markedIds.clear();
    }

    /** Whether the message came into that queue before; if not, its id is noted, to be remembered with it. */
    boolean isDuplicate(Queue queue) {
        String header = queue.features().deduplicationHeader();
        RememberedIds logged = queue.state().ids();
        String id = header == null || logged == null ? null : id(header);
        if (id == null || logged == null) {
            return false;
        }
        RememberedIds soft = untilRestart.get(queue);
        boolean inLog = logged.contains(id, host.now());
        if (inLog || (soft != null && soft.contains(id, host.now()))) {
            loggedBefore |= inLog;
            host.counters.countDuplicate();
            queue.counters().countDuplicate();
            return true;
        }
        markedQueues.add(queue);
        markedIds.add(id);
        return false;
    }

    /** Whether the message came before, and when it did it was logged: its confirm has to wait until that is durable. */
    boolean wasLoggedBefore() {
        return loggedBefore;
    }

    /** Remembers the ids that were noted; the message is appended to the log next, if it is logged. */
    void remember(Slots places) {
        if (markedQueues.isEmpty()) {
            return;
        }
        boolean durable = MessageRecord.durable(record, at);
        if (durable && places.size() > 0) {
            int characters = 0;
            for (String id : markedIds) {
                characters += id.length();
            }
            host.writer.together(markedIds.size(), characters, places, record, at);
        }
        for (int i = 0; i < markedIds.size(); i++) {
            Queue queue = markedQueues.get(i);
            if (durable && queue.state().spec().logged()) {
                host.writer.remembered(queue.id(), markedIds.get(i), host.now());
                queue.state().remembered(markedIds.get(i), host.now());
            } else {
                soft(queue).remember(markedIds.get(i), host.now());
            }
        }
    }

    /** The queue is gone. */
    void forget(Queue queue) {
        untilRestart.remove(queue);
    }

    private RememberedIds soft(Queue queue) {
        RememberedIds ids = untilRestart.get(queue);
        if (ids == null) {
            ids = RememberedIds.of(queue.state().spec());
            if (ids == null) {
                throw new IllegalStateException("queue '" + queue.name() + "' remembers nothing");
            }
            untilRestart.put(queue, ids);
        }
        return ids;
    }

    /** The id in that header, with its kind in front; null if there is none that can be used. */
    private @Nullable String id(String header) {
        Map<String, @Nullable Object> all = headers;
        if (all == null) {
            all = MessageRecord.propertiesLength(record, at) == 0 ? Map.of() : reader.headers(record, at);
            headers = all;
        }
        Object value = all.get(header);
        if (value instanceof Long number) {
            return NUMBER + number.toString();
        }
        if (value instanceof String text && text.getBytes(StandardCharsets.UTF_8).length <= ID_BYTES_MAX) {
            return TEXT + text;
        }
        if (value != null) {
            host.counters.countUnusableId();
        }
        return null;
    }
}
