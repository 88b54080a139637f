package io.millrace.core.log.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.LogException;
import io.millrace.core.log.LogException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path temporary = Path.of("");

    private static String text(LogException e) {
        return String.valueOf(e.getMessage());
    }

    @Test
    void a_new_directory_is_made_for_the_owner_alone_and_keeps_its_broker_id() throws IOException {
        Path root = temporary.resolve("a/b");
        try (DataDirectory first = DataDirectory.open(root, "broker-1")) {
            assertEquals("broker-1", first.brokerId());
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(root)));
            for (String name : List.of("LOCK", "FORMAT")) {
                assertEquals(
                        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve(name))));
            }
            assertEquals("millrace-data 1\nbroker broker-1\n", Files.readString(root.resolve("FORMAT")));
        }
        try (DataDirectory second = DataDirectory.open(root, "broker-2")) {
            assertEquals("broker-1", second.brokerId());
        }
    }

    @Test
    void the_same_process_is_locked_out_and_the_lock_stays() throws Exception {
        try (DataDirectory first = DataDirectory.open(temporary, "b")) {
            for (int i = 0; i < 2; i++) {
                LogException e = assertThrows(LogException.class, () -> DataDirectory.open(temporary, "b"));
                assertEquals(Kind.LOCKED, e.kind());
                assertTrue(text(e).contains(first.root().toString()), text(e));
            }
            assertEquals(Kind.LOCKED.toString(), inAnotherProcess(), "the refused attempts must not have unlocked it");
        }
        DataDirectory.open(temporary, "b").close();
    }

    @Test
    void another_process_is_locked_out_and_told_by_whom() throws Exception {
        try (DataDirectory held = DataDirectory.open(temporary, "b")) {
            // The file is not read here: closing it again would give up the lock.
            assertEquals(Kind.LOCKED.toString(), inAnotherProcess());
            assertTrue(output.contains(held.root().toString()), output);
            assertTrue(output.contains("process " + ProcessHandle.current().pid()), output);
        }
        assertEquals("opened", inAnotherProcess());
    }

    @Test
    void number_of_the_process_takes_the_place_of_a_longer_text() throws Exception {
        DataDirectory.open(temporary, "b").close();
        Files.writeString(temporary.resolve("LOCK"), "4194304 and more than any number\n");
        DataDirectory.open(temporary, "b").close();
        assertEquals(ProcessHandle.current().pid() + "\n", Files.readString(temporary.resolve("LOCK")));
    }

    private String output = "";

    /** Opens the directory in a second JVM; its first word. */
    private String inAnotherProcess() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Opener.class.getName(),
                        temporary.toString())
                .redirectErrorStream(true)
                .start();
        output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        return output.split("\\s", 2)[0];
    }

    /** The second process. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] arguments) {
            try (DataDirectory directory = DataDirectory.open(Path.of(arguments[0]), "other")) {
                System.out.println("opened " + directory.root());
            } catch (LogException e) {
                System.out.println(e.kind() + " " + e.getMessage());
            }
        }
    }

    @Test
    void a_newer_format_is_refused_and_left_untouched() throws IOException {
        Path format = temporary.resolve("FORMAT");
        Files.writeString(format, "millrace-data 2\nbroker x\nand what not\n");
        LogException e = assertThrows(LogException.class, () -> DataDirectory.open(temporary, "b"));
        assertEquals(Kind.NEWER_FORMAT, e.kind());
        assertEquals("millrace-data 2\nbroker x\nand what not\n", Files.readString(format));
        assertFalse(Files.exists(temporary.resolve("LOCK")));
    }

    @Test
    void an_unreadable_format_is_refused() throws IOException {
        Files.writeString(temporary.resolve("FORMAT"), "something else");
        LogException e = assertThrows(LogException.class, () -> DataDirectory.open(temporary, "b"));
        assertEquals(Kind.CORRUPT, e.kind());
        Files.writeString(temporary.resolve("FORMAT"), "millrace-data 1\nbroker ok\n");
        DataDirectory.open(temporary, "b").close();
    }

    @Test
    void data_without_a_format_is_refused() throws IOException {
        Files.createDirectories(temporary.resolve("vhost/1"));
        LogException e = assertThrows(LogException.class, () -> DataDirectory.open(temporary, "b"));
        assertEquals(Kind.CORRUPT, e.kind());
        assertFalse(Files.exists(temporary.resolve("FORMAT")));
    }

    @Test
    void a_format_that_was_not_finished_is_written_again() throws IOException {
        Files.writeString(temporary.resolve("FORMAT.new"), "mill");
        try (DataDirectory directory = DataDirectory.open(temporary, "b")) {
            assertEquals("b", directory.brokerId());
        }
        assertFalse(Files.exists(temporary.resolve("FORMAT.new")));
    }

    @Test
    void a_file_in_the_place_of_the_directory_is_an_error_that_names_it() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "");
        LogException e = assertThrows(LogException.class, () -> DataDirectory.open(file, "b"));
        assertEquals(Kind.IO, e.kind());
        assertTrue(text(e).contains(file.toString()), text(e));
    }

    @Test
    void a_broker_id_with_blanks_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> DataDirectory.open(temporary, "a b"));
    }
}
