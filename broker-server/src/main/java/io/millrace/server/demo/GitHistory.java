package io.millrace.server.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.server.ExitCode;
import io.millrace.server.FatalException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The commits of a git repository, oldest first, as events with the key {@code commit.<area>.<kind>}. Asks the git
 * command, once, and holds what it said; nothing is fetched and no pager, prompt or signature check comes in between.
 */
final class GitHistory implements EventSource {
    /** Most commits, the newest. */
    static final int COMMITS_MAX = 2_000;

    private static final int OUTPUT_BYTES_MAX = 64 << 20;
    private static final int ERROR_CHARACTERS_MAX = 300;
    private static final int SECONDS_MAX = 30;
    private static final String INSTEAD = "; run the demo within a git repository, or give it events of your own with"
            + " --events FILE.jsonl --key FIELD,FIELD";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path directory;
    private final List<DemoEvent> events;

    private GitHistory(Path directory, List<DemoEvent> events) {
        this.directory = directory;
        this.events = events;
    }

    /**
     * Reads the history of the repository that a directory lies in.
     *
     * @param commitsMax how many commits at most, the newest
     * @throws FatalException there is no git, no repository, or no commit; says what to do instead
     */
    static GitHistory of(Path directory, int commitsMax) {
        String output = run(directory, Math.min(commitsMax, COMMITS_MAX));
        List<DemoEvent> events = new ArrayList<>();
        for (Commit commit : Commit.parse(output)) {
            events.add(new DemoEvent(events.size() + 1, commit.key(), body(commit)));
        }
        if (events.isEmpty()) {
            throw new FatalException(
                    ExitCode.USAGE, "the git repository in " + directory + " has no commits" + INSTEAD);
        }
        return new GitHistory(directory, events);
    }

    @Override
    public String description() {
        return "the last " + events.size() + " commits of the git repository in " + directory;
    }

    @Override
    public void read(Sink sink) throws IOException {
        for (DemoEvent event : events) {
            if (!sink.take(event)) {
                return;
            }
        }
    }

    @Override
    public Skipped skipped() {
        return new Skipped();
    }

    private static String run(Path directory, int commitsMax) {
        ProcessBuilder builder = new ProcessBuilder(
                "git",
                "-c",
                "core.quotePath=false",
                "-c",
                "log.showSignature=false",
                "-c",
                "i18n.logOutputEncoding=UTF-8",
                "log",
                "--no-color",
                "--no-ext-diff",
                "--no-renames",
                "--no-decorate",
                "--name-only",
                "--max-count=" + commitsMax,
                "--reverse",
                "--format=" + Commit.GIT_FORMAT);
        builder.directory(directory.toFile());
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("GIT_PAGER", "cat");
        builder.environment().put("GIT_TERMINAL_PROMPT", "0");
        builder.environment().put("GIT_OPTIONAL_LOCKS", "0");
        builder.environment().put("GIT_NO_LAZY_FETCH", "1");
        try {
            Path errors = Files.createTempFile("millrace-demo-git", ".txt");
            try {
                return output(builder, directory, errors);
            } finally {
                Files.deleteIfExists(errors);
            }
        } catch (IOException e) {
            throw new FatalException(
                    ExitCode.USAGE, "git cannot be run in " + directory + " (" + e.getMessage() + ")" + INSTEAD, e);
        }
    }

    private static String output(ProcessBuilder builder, Path directory, Path errors) throws IOException {
        builder.redirectError(errors.toFile());
        Process git = builder.start();
        try (InputStream in = git.getInputStream()) {
            git.getOutputStream().close();
            byte[] output = in.readNBytes(OUTPUT_BYTES_MAX);
            if (output.length == OUTPUT_BYTES_MAX) {
                throw new FatalException(
                        ExitCode.USAGE,
                        "the history of " + directory + " is longer than " + OUTPUT_BYTES_MAX
                                + " bytes; take fewer commits with --count N");
            }
            if (!git.waitFor(SECONDS_MAX, TimeUnit.SECONDS) || git.exitValue() != 0) {
                String said = Files.readString(errors, StandardCharsets.UTF_8).strip();
                String shown = said.length() <= ERROR_CHARACTERS_MAX ? said : said.substring(0, ERROR_CHARACTERS_MAX);
                throw new FatalException(
                        ExitCode.USAGE, "git tells nothing of " + directory + " (" + shown + ")" + INSTEAD);
            }
            return new String(output, StandardCharsets.UTF_8);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FatalException(ExitCode.UNEXPECTED, "interrupted while git was running", e);
        } finally {
            git.destroyForcibly();
        }
    }

    private static byte[] body(Commit commit) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("commit", commit.id());
        fields.put("author", commit.author());
        fields.put("date", commit.date());
        fields.put("subject", commit.subject());
        fields.put("area", commit.area());
        fields.put("kind", commit.kind());
        fields.put("files", commit.files());
        fields.put("files_changed", commit.filesChanged());
        try {
            return JSON.writeValueAsBytes(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts and numbers could not be written as JSON", e);
        }
    }
}
