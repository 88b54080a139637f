package io.millrace.core.system;

/**
 * A virtual host as the broker knows it.
 *
 * @param id its number and the name of its directory, 1 or more, never given twice
 * @param name what clients call it, 1..255 bytes of UTF-8
 * @param createdMillis the wall clock when it was created, milliseconds since the epoch
 * @param settings what is said of it
 * @param limits its bounds
 */
public record VirtualHostDefinition(
        int id, String name, long createdMillis, VirtualHostSettings settings, VirtualHostLimits limits) {}
