package io.millrace.server.cli;

import io.millrace.server.ExitCode;
import io.millrace.server.FatalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The broker that runs on a data directory, as another process sees it. */
record RunningBroker(RunFile file, ProcessHandle process) {
    /**
     * Finds it.
     *
     * @throws FatalException the run file is there and cannot be read
     */
    static Optional<RunningBroker> on(Path directory) {
        try {
            return RunFile.read(directory)
                    .flatMap(file -> file.process().map(process -> new RunningBroker(file, process)));
        } catch (IOException e) {
            throw new FatalException(ExitCode.STORAGE, "the run file cannot be read: " + e.getMessage(), e);
        }
    }

    /** Why {@link #on} found none, for a person. */
    static String absence(Path directory) {
        if (!Files.isDirectory(directory)) {
            return "no broker runs here: the data directory " + directory + " does not exist";
        }
        if (Files.exists(directory.resolve(RunFile.NAME))) {
            return "no broker runs on " + directory + "; the last one did not end cleanly, which the next start mends";
        }
        return "no broker runs on " + directory;
    }
}
