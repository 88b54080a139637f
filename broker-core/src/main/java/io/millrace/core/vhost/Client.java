package io.millrace.core.vhost;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A connected client, the owner of its exclusive queues. Made by an edge on any thread; what the virtual host keeps in it
 * is touched by the owner's thread only.
 */
public final class Client {
    private final String description;
    /** In the order of their declaration; a set, because a client may own very many and they go one by one. */
    private final Set<Queue> owned = new LinkedHashSet<>();

    private final List<Lane> lanes = new ArrayList<>();

    /** @param description who it is, for people and for messages */
    public Client(String description) {
        this.description = description;
    }

    /** Who it is, for people and for messages. */
    public String description() {
        return description;
    }

    Set<Queue> owned() {
        return owned;
    }

    /** Its open lanes. */
    List<Lane> lanes() {
        return lanes;
    }
}
