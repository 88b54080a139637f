package io.millrace.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.server.ExitCode;
import io.millrace.server.FatalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitHistoryTest {
    @TempDir
    private Path directory = Path.of("");

    @BeforeEach
    void needs_git() throws Exception {
        assumeTrue(git("--version") == 0, "there is no git here");
    }

    @Test
    void commits_come_oldest_first_with_what_they_changed() throws Exception {
        git("init", "-q");
        commit("core/Ünder score.txt", "core: add a file");
        commit("README.md", "fix: the readme");
        List<DemoEvent> events = read(GitHistory.of(directory, 100));
        assertEquals(
                List.of("commit.core.add", "commit.top.fix"),
                events.stream().map(DemoEvent::key).toList());
        JsonNode body = JsonMapper.builder().build().readTree(events.get(0).body());
        assertEquals("core: add a file", body.get("subject").asText());
        assertEquals("core/Ünder score.txt", body.get("files").get(0).asText());
        assertEquals("Test Pérson", body.get("author").asText());
    }

    @Test
    void the_newest_commits_are_taken_if_there_are_too_many() throws Exception {
        git("init", "-q");
        for (int i = 1; i <= 4; i++) {
            commit("f" + i, "add number " + i);
        }
        List<DemoEvent> events = read(GitHistory.of(directory, 2));
        assertEquals(2, events.size());
        assertTrue(new String(events.get(0).body(), java.nio.charset.StandardCharsets.UTF_8).contains("add number 3"));
    }

    @Test
    void a_directory_without_a_repository_or_commits_says_what_to_do_instead() throws Exception {
        for (String text : List.of("git tells nothing of ", "git tells nothing of ")) {
            FatalException refusal = assertThrows(FatalException.class, () -> GitHistory.of(directory, 10));
            assertEquals(ExitCode.USAGE, refusal.exitCode());
            String message = String.valueOf(refusal.getMessage());
            assertTrue(message.startsWith(text + directory), message);
            assertTrue(message.contains("--events FILE.jsonl"), message);
            git("init", "-q");
        }
    }

    private void commit(String file, String subject) throws Exception {
        Path path = directory.resolve(file);
        Files.createDirectories(path.toAbsolutePath().getParent());
        Files.writeString(path, subject);
        assertEquals(0, git("add", "-A"));
        assertEquals(
                0,
                git(
                        "-c",
                        "user.name=Test Pérson",
                        "-c",
                        "user.email=test@localhost",
                        "-c",
                        "commit.gpgSign=false",
                        "commit",
                        "-q",
                        "--no-verify",
                        "-m",
                        subject));
    }

    private int git(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment()
                .put(
                        "GIT_CEILING_DIRECTORIES",
                        directory.toAbsolutePath().getParent().toString());
        try {
            return builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    private static List<DemoEvent> read(EventSource source) throws IOException {
        List<DemoEvent> events = new ArrayList<>();
        source.read(events::add);
        return events;
    }
}
