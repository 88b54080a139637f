package io.millrace.server.node;

import io.millrace.core.log.LogException;
import io.millrace.server.definitions.DefinitionsException;
import io.millrace.server.definitions.DefinitionsImport;
import io.millrace.server.definitions.ImportReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out the file of definitions that the configuration names. */
final class StartImport {
    private static final Logger log = LoggerFactory.getLogger(StartImport.class);
    private static final int PROBLEMS_LOGGED_MAX = 100;
    private static final long BYTES_MAX = 10 << 20;

    private StartImport() {}

    /**
     * Blocking. What is refused in the file is logged and does not keep the broker from starting.
     *
     * @throws LogException if there is no such file, or it holds no definitions
     */
    static void run(Path file, DefinitionsImport imports) throws IOException {
        ImportReport report;
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw new IOException(Files.size(file) + " bytes, at most " + BYTES_MAX + " are allowed");
            }
            report = imports.all(Files.readAllBytes(file));
        } catch (IOException | DefinitionsException e) {
            throw new LogException(
                    LogException.Kind.IO,
                    "definitions.import names '" + file + "', which cannot be imported: " + e.getMessage()
                            + "; mend the file, or leave the key out",
                    e);
        }
        log.info(
                "definitions imported file={} done={} problems={}",
                file,
                report.done(),
                report.problems().size());
        report.problems().stream()
                .limit(PROBLEMS_LOGGED_MAX)
                .forEach(problem -> log.warn(
                        "definitions file={} path={} refused={} reason={}",
                        file,
                        problem.path(),
                        problem.refused(),
                        problem.reason()));
    }
}
