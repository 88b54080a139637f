package io.millrace.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.node.AdminAccess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFileTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void what_is_written_is_read_back() throws IOException {
        RunFile file =
                RunFile.ofThisProcess(List.of(URI.create("amqp://127.0.0.1:1"), URI.create("amqp://[::1]:2")), null);
        file.write(directory);

        assertEquals(Optional.of(file), RunFile.read(directory));
        assertEquals(Optional.of(ProcessHandle.current()), file.process());
    }

    @Test
    void file_with_the_token_is_for_its_owner_only_and_is_not_printed() throws IOException {
        AdminAccess admin = new AdminAccess(URI.create("http://127.0.0.1:3"), "secret");
        RunFile file = RunFile.ofThisProcess(List.of(URI.create("amqp://127.0.0.1:1")), admin);
        Files.writeString(directory.resolve(RunFile.NAME + ".new"), "left behind");
        file.write(directory);

        assertEquals(Optional.of(file), RunFile.read(directory));
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(RunFile.NAME))));
        assertFalse(file.toString().contains("secret"), file.toString());
    }

    @Test
    void other_process_with_the_same_number_is_not_taken_for_the_broker() {
        RunFile mine = RunFile.ofThisProcess(List.of(), null);
        Instant earlier = mine.started().minus(Duration.ofMinutes(1));

        assertFalse(new RunFile(mine.pid(), earlier, mine.ready(), "1", List.of())
                .process()
                .isPresent());
    }

    @Test
    void file_of_another_process_is_not_removed() throws IOException {
        RunFile mine = RunFile.ofThisProcess(List.of(URI.create("amqp://127.0.0.1:1")), null);
        new RunFile(mine.pid() + 1, mine.started(), mine.ready(), "1", mine.addresses()).write(directory);
        RunFile.removeOfThisProcess(directory);
        assertTrue(RunFile.read(directory).isPresent());

        mine.write(directory);
        RunFile.removeOfThisProcess(directory);
        assertFalse(RunFile.read(directory).isPresent());
    }

    @Test
    void file_that_is_no_run_file_is_an_error() throws IOException {
        for (String text : List.of("", "pid=x\n", "pid=1\nstarted=now\n", "\0\0\0")) {
            Files.writeString(directory.resolve(RunFile.NAME), text);
            assertThrows(IOException.class, () -> RunFile.read(directory));
        }
        CommandRun run = CommandRun.of("status", "--data", directory.toString());
        assertEquals(5, run.exitCode());
        assertTrue(run.err().contains("not a run file"), run.err());
    }

    @Test
    void stop_and_status_exit_with_6_when_nothing_runs() throws IOException {
        assertEquals(6, CommandRun.of("stop", "--data", directory.toString()).exitCode());
        RunFile mine = RunFile.ofThisProcess(List.of(), null);
        new RunFile(mine.pid(), Instant.EPOCH, mine.ready(), "1", List.of(URI.create("amqp://127.0.0.1:1")))
                .write(directory);

        CommandRun stop = CommandRun.of("stop", "--data", directory.toString());
        assertEquals(6, stop.exitCode());
        assertTrue(stop.err().contains("did not end cleanly"), stop.err());
        CommandRun status = CommandRun.of("status", "--json", "--data", directory.toString());
        assertEquals(6, status.exitCode());
        assertEquals(
                "{\"running\":false,\"data\":\"" + directory + "\"}",
                status.out().strip());
    }
}
