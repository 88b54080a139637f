package io.millrace.benchmarks.broker;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What was started and made here goes when this process goes, even if it is told to: processes first, then directories. */
public final class Cleanup {
    private static final Set<Process> PROCESSES = ConcurrentHashMap.newKeySet();
    private static final Set<Path> DIRECTORIES = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            PROCESSES.forEach(Ended::politely);
            DIRECTORIES.forEach(Cleanup::delete);
        }));
    }

    private Cleanup() {}

    /** Ends it, at the latest with this process. */
    static void of(Process process) {
        PROCESSES.removeIf(each -> !each.isAlive());
        PROCESSES.add(process);
    }

    /** A new directory that is deleted at the latest with this process. */
    public static Path temporary(String prefix) throws IOException {
        Path directory = Files.createTempDirectory(prefix);
        DIRECTORIES.add(directory);
        return directory;
    }

    /** Deletes a directory with everything in it, as far as that goes. */
    public static void delete(Path directory) {
        DIRECTORIES.remove(directory);
        if (!Files.exists(directory)) {
            return;
        }
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failure) throws IOException {
                    Files.deleteIfExists(each);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            System.err.println("could not delete all of " + directory + ": " + e.getMessage());
        }
    }
}
