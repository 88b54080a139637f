package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules on the text of the sources of all modules. */
class SourcesTest {
    private static final int CLASS_LINES_MAX = 400;
    // In two halves, so that this class does not find itself.
    private static final String SLEEP = "Thread." + "sleep(";

    @Test
    void no_source_file_of_the_broker_is_longer_than_a_class_may_be() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources("main")) {
            int lines = Files.readAllLines(file).size();
            if (lines > CLASS_LINES_MAX) {
                tooLong.add(file + ": " + lines + " lines of at most " + CLASS_LINES_MAX);
            }
        }
        assertEquals(List.of(), tooLong);
    }

    @Test
    void nothing_sleeps() throws IOException {
        List<Path> sleepers = new ArrayList<>();
        for (String kind : List.of("main", "test")) {
            for (Path file : sources(kind)) {
                if (Files.readString(file).contains(SLEEP)) {
                    sleepers.add(file);
                }
            }
        }
        assertEquals(List.of(), sleepers);
    }

    private static List<Path> sources(String kind) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            for (Path module : modules.sorted().toList()) {
                Path root = module.resolve(Path.of("src", kind, "java"));
                if (Files.isDirectory(root)) {
                    try (Stream<Path> tree = Files.walk(root)) {
                        tree.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
                    }
                }
            }
        }
        return files;
    }
}
