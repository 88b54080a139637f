package io.millrace.server.node;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directories of virtual hosts within the data directory. Blocking. */
final class HostDirectories {
    private static final Logger log = LoggerFactory.getLogger(HostDirectories.class);

    private final Path parent;

    /** @param data the data directory */
    HostDirectories(Path data) {
        this.parent = data.resolve("vhost");
    }

    /** Removes the directory of that virtual host with all that is in it; nothing happens if it is not there. */
    void remove(int id) throws IOException {
        Path directory = parent.resolve(Integer.toString(id));
        if (!Files.isDirectory(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /**
     * Removes what a crash has left of virtual hosts that were deleted: those with numbers that were given and are not
     * defined any more. What was never defined here is left alone.
     *
     * @param used numbers below this one have been given
     */
    void removeDeleted(Set<Integer> defined, int used) throws IOException {
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(parent)) {
            for (Path each : directories) {
                int id = number(String.valueOf(each.getFileName()));
                if (id >= 1 && id < used && !defined.contains(id)) {
                    log.info("what is left of a deleted virtual host is removed id={}", id);
                    remove(id);
                }
            }
        } catch (NoSuchFileException nothingYet) {
            log.debug("no virtual host has stored anything yet");
        }
    }

    private static int number(String name) {
        try {
            return Integer.parseInt(name);
        } catch (NumberFormatException other) {
            return -1;
        }
    }
}
