package io.millrace.core.system;

import java.util.List;

/**
 * What an operator says of a virtual host.
 *
 * @param description for people, up to 4096 characters
 * @param tags for people and tools; immutable
 * @param defaultQueueType the type of queues that are declared without one: {@code classic}, {@code quorum}, or empty to
 *     leave that to the broker
 * @param tracing whether it is to be traced
 */
public record VirtualHostSettings(String description, List<String> tags, String defaultQueueType, boolean tracing) {
    /** Nothing is said. */
    public static final VirtualHostSettings NONE = new VirtualHostSettings("", List.of(), "", false);

    /** Copies the tags. */
    public VirtualHostSettings {
        tags = List.copyOf(tags);
    }
}
