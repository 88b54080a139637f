package io.millrace.server.amqp091;

import io.netty.util.collection.IntObjectHashMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The consumers of a channel, by tag for the client and by number for the virtual host. */
final class Consumers {
    private final Map<String, Consumer091> byTag = new HashMap<>();
    private final IntObjectHashMap<Consumer091> byNumber = new IntObjectHashMap<>();
    private int lastNumber;
    private @Nullable Consumer091 lastFound;

    /** How many there are, those included whose end the virtual host has not confirmed yet. */
    int size() {
        return byNumber.size();
    }

    boolean hasTag(String tag) {
        return byTag.containsKey(tag);
    }

    /** Adds a consumer under a number that was never used before in this channel. */
    Consumer091 add(String tag, boolean settled) {
        Consumer091 consumer = new Consumer091(++lastNumber, tag, settled);
        byTag.put(tag, consumer);
        byNumber.put(consumer.number(), consumer);
        return consumer;
    }

    /** Frees the tag; the consumer stays known by its number until {@link #remove}, for deliveries on their way. */
    @Nullable
    Consumer091 freeTag(String tag) {
        return byTag.remove(tag);
    }

    /** The consumer of that number, or null if it is gone. */
    @Nullable
    Consumer091 byNumber(int number) {
        Consumer091 found = lastFound;
        if (found == null || found.number() != number) {
            found = byNumber.get(number);
            lastFound = found;
        }
        return found;
    }

    /** Removes a consumer. Returns whether its tag was still its own. */
    boolean remove(Consumer091 consumer) {
        byNumber.remove(consumer.number());
        lastFound = null;
        return byTag.remove(consumer.tag(), consumer);
    }
}
