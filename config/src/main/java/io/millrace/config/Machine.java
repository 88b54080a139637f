package io.millrace.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * What {@code auto} is decided from.
 *
 * @param host         the name of this host, letters and digits and {@code .-_} only
 * @param processors   how many this process may use
 * @param heapBytesMax how far the heap may grow
 */
public record Machine(String host, int processors, long heapBytesMax) {
    /** The machine and the process that this runs in. */
    public static Machine here() {
        Runtime runtime = Runtime.getRuntime();
        return new Machine(hostName(), runtime.availableProcessors(), runtime.maxMemory());
    }

    private static String hostName() {
        String name = System.getenv("HOSTNAME");
        if (name == null || name.isBlank()) {
            try {
                name = InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                // A host that cannot find its own name is still a host.
                name = "localhost";
            }
        }
        String safe = name.replaceAll("[^A-Za-z0-9_.-]", "-");
        return safe.substring(0, Math.min(safe.length(), 200));
    }
}
