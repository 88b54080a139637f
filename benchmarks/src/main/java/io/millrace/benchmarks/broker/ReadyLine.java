package io.millrace.benchmarks.broker;

import io.millrace.benchmarks.wire.BrokerFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Waits for the line of a started program that says that it serves. */
final class ReadyLine {
    private static final int TAIL_LINES = 15;

    private ReadyLine() {}

    /**
     * Reads lines until one matches.
     *
     * @param log where the program writes what it has to say, for the text of a failure
     */
    static Matcher await(String name, Process process, Pattern pattern, Path log) {
        try {
            BufferedReader lines = process.inputReader();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher matcher = pattern.matcher(line);
                if (matcher.find()) {
                    return matcher;
                }
            }
            process.waitFor();
            List<String> said = Files.readAllLines(log);
            String tail = String.join("\n", said.subList(Math.max(0, said.size() - TAIL_LINES), said.size()));
            throw new BrokerFailure(
                    name + " ended with status " + process.exitValue() + " before it was ready:\n" + tail);
        } catch (IOException e) {
            throw new BrokerFailure(name + " did not start: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerFailure("interrupted while " + name + " was starting", e);
        }
    }
}
