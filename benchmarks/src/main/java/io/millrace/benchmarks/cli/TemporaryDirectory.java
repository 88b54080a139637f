package io.millrace.benchmarks.cli;

import io.millrace.benchmarks.broker.Cleanup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A directory that is deleted with everything in it. */
final class TemporaryDirectory implements AutoCloseable {
    private final Path path;

    TemporaryDirectory(String prefix) {
        try {
            path = Cleanup.temporary(prefix);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        Cleanup.delete(path);
    }
}
