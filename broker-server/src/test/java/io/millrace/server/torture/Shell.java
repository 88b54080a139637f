package io.millrace.server.torture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Commands of the system. */
final class Shell {
    private static final long PATIENCE_SECONDS = 180;

    private Shell() {}

    /** Runs a command that must succeed, and returns what it wrote. */
    static String run(String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("millrace-torture", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(List.of(command) + " does not end");
            }
            String text = Files.readString(out, StandardCharsets.UTF_8).strip();
            if (process.exitValue() != 0) {
                throw new IOException(List.of(command) + " ended with " + process.exitValue() + ": " + text);
            }
            return text;
        } finally {
            Files.deleteIfExists(out);
        }
    }

    /** Runs a command whose failure does not matter. */
    static void attempt(String... command) {
        try {
            run(command);
        } catch (IOException e) {
            // As said.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether there is such a program. */
    static boolean has(String program) {
        for (String directory :
                List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }
}
