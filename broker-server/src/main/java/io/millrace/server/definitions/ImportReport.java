package io.millrace.server.definitions;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of an import.
 *
 * @param done how many definitions are as the file wants them, by the section of the file; immutable
 * @param problems what was refused or not understood, in the order of the file's sections; immutable
 */
public record ImportReport(Map<String, Integer> done, List<Problem> problems) {
    /** Copies both. */
    public ImportReport {
        done = Collections.unmodifiableMap(new LinkedHashMap<>(done));
        problems = List.copyOf(problems);
    }

    /**
     * Something that was not carried out.
     *
     * @param path where in the file, as a JSON path such as {@code $.queues[3].arguments}
     * @param reason why, and what to do
     * @param refused whether the definition itself is not in effect; otherwise only that part of it was passed over
     */
    public record Problem(String path, String reason, boolean refused) {}

    /** Whether every definition of the file is in effect; parts of some may have been passed over. */
    public boolean isComplete() {
        return problems.stream().noneMatch(Problem::refused);
    }
}
