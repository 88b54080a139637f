package io.millrace.benchmarks.scenario;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What a directory takes on disk: blocks, not lengths of files, which may be longer or shorter. */
final class Disk {
    private Disk() {}

    /** Bytes that are allocated to its files; NaN if {@code du} cannot tell. */
    static double bytes(Path directory) {
        try {
            Process du = new ProcessBuilder("du", "-sk", directory.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            du.waitFor();
            return Long.parseLong(said.substring(0, said.indexOf('\t'))) * 1024.0;
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
            return Double.NaN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Double.NaN;
        }
    }
}
