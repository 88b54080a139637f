package io.millrace.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker in a process of its own, as a service manager sees it. */
class StartProcessTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void broker_says_ready_once_is_found_by_its_directory_and_stops_with_0() throws Exception {
        Path data = directory.resolve("data");
        Process broker = start(data);
        try (BufferedReader out = broker.inputReader()) {
            String ready = String.valueOf(out.readLine());
            assertTrue(ready.matches("ready amqp://127\\.0\\.0\\.1:[0-9]+( .*)?"), ready);

            CommandRun status = CommandRun.of("status", "--data", data.toString());
            assertEquals(0, status.exitCode(), status.err());
            assertTrue(status.out().contains("pid=" + broker.pid() + "\n"), status.out());
            assertTrue(status.out().contains("addresses=" + ready.substring(6) + "\n"), status.out());

            CommandRun stop = CommandRun.of("stop", "--data", data.toString());
            assertEquals(0, stop.exitCode(), stop.err());
            assertTrue(stop.out().startsWith("stopped pid=" + broker.pid()), stop.out());
            assertEquals(0, broker.waitFor());
            assertEquals(List.of(), out.lines().toList());
            assertFalse(Files.exists(data.resolve(RunFile.NAME)));
        } finally {
            broker.destroyForcibly();
        }
    }

    @Test
    void killed_broker_is_not_taken_for_a_running_one() throws Exception {
        Path data = directory.resolve("data");
        Process broker = start(data);
        try (BufferedReader out = broker.inputReader()) {
            assertTrue(String.valueOf(out.readLine()).startsWith("ready "));
        } finally {
            broker.destroyForcibly();
        }
        assertTrue(broker.waitFor(30, TimeUnit.SECONDS));

        assertEquals(6, CommandRun.of("status", "--data", data.toString()).exitCode());
    }

    @Test
    void broker_whose_run_file_cannot_be_written_serves_and_is_found_as_soon_as_it_can_be() throws Exception {
        Path data = directory.resolve("data");
        Path inTheWay = data.resolve(RunFile.NAME).resolve("in-the-way");
        Files.createDirectories(inTheWay);
        Process broker = start(data);
        try (BufferedReader out = broker.inputReader()) {
            assertTrue(String.valueOf(out.readLine()).startsWith("ready "));
            Files.delete(inTheWay);
            Files.delete(data.resolve(RunFile.NAME));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> Files.isRegularFile(data.resolve(RunFile.NAME)));
            assertEquals(0, CommandRun.of("stop", "--data", data.toString()).exitCode());
            assertEquals(0, broker.waitFor());
        } finally {
            broker.destroyForcibly();
        }
    }

    private Process start(Path data) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "start",
                "--data",
                data.toString(),
                "--amqp-port",
                "0",
                "--set",
                "data.min-free=8MiB");
        builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_"));
        builder.redirectError(directory.resolve("stderr").toFile());
        return builder.start();
    }
}
