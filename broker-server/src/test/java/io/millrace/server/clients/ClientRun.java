package io.millrace.server.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A command that was run to its end, or was ended with its children because it took too long.
 *
 * @param exitCode 127 if there is no such command, -1 if it had to be ended
 * @param output what it wrote, standard error among it
 */
record ClientRun(int exitCode, String output) {
    private static final int NOT_FOUND = 127;

    /**
     * Runs a command.
     *
     * @param environment added to that of this process
     * @param directory where it runs
     */
    static ClientRun of(List<String> command, Map<String, String> environment, Path directory, int patienceSeconds)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("millrace-client", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process;
            try {
                process = builder.start();
            } catch (IOException e) {
                return new ClientRun(NOT_FOUND, e.toString());
            }
            try {
                if (process.waitFor(patienceSeconds, TimeUnit.SECONDS)) {
                    return new ClientRun(process.exitValue(), Files.readString(output));
                }
                return new ClientRun(-1, "did not end in " + patienceSeconds + " s\n" + Files.readString(output));
            } finally {
                end(process);
            }
        } finally {
            Files.delete(output);
        }
    }

    private static void end(Process process) throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }
}
