package io.millrace.server.demo;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the demonstration was asked to do.
 *
 * @param events the file with the events, or null for the history of the git repository around {@code directory}
 * @param keyFields the fields of an event that make its routing key; for a file only
 * @param count how many events at most, 1 to {@value #COUNT_MAX}
 * @param rate events a second, 0 for as fast as it goes, null for a pace that can be watched
 * @param uri the broker to use, or null for one of the demonstration's own
 * @param data where the demonstration's own broker keeps its data, or null for a directory that is removed at the end
 * @param directory where the demonstration stands
 */
public record DemoOptions(
        @Nullable Path events,
        List<String> keyFields,
        int count,
        @Nullable Double rate,
        @Nullable URI uri,
        @Nullable Path data,
        Path directory) {
    /** Most events of a run. */
    public static final int COUNT_MAX = 10_000_000;

    /** How long a run takes at the pace that can be watched, if the broker keeps up. */
    static final int WATCHED_SECONDS = 8;

    /** Events a second for that many in all, 0 for as fast as it goes. */
    double rateFor(int total) {
        Double wanted = rate;
        return wanted == null ? (double) total / WATCHED_SECONDS : wanted;
    }
}
