package io.millrace.server.cli;

import io.millrace.server.node.AdminAccess;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a running broker leaves in its data directory so that other commands find it: lines of {@code name=value}.
 * The file is no lock. It may outlive its process, so {@link #process} checks who has the number today.
 *
 * @param started when the process began, by the reckoning of the operating system
 * @param ready   when clients were served for the first time
 * @param admin   the way to the management interface, null if it is turned off
 */
record RunFile(
        long pid,
        Instant started,
        Instant ready,
        String version,
        List<URI> addresses,
        @Nullable AdminAccess admin) {
    static final String NAME = "broker.pid";

    // The start of a process is reckoned from the start of the machine, in ticks, and moves a little when the clock
    // is set. A number is not given away again as fast as that.
    private static final Duration SAME_START = Duration.ofSeconds(2);
    private static final int BYTES_MAX = 1 << 16;
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** Of a broker without a management interface. */
    RunFile(long pid, Instant started, Instant ready, String version, List<URI> addresses) {
        this(pid, started, ready, version, addresses, null);
    }

    static RunFile ofThisProcess(List<URI> addresses, @Nullable AdminAccess admin) {
        ProcessHandle self = ProcessHandle.current();
        Instant started = self.info().startInstant().orElse(Instant.EPOCH);
        return new RunFile(self.pid(), started, Instant.now(), Version.number(), addresses, admin);
    }

    /** Puts the file in its place in one step; an older one is replaced. */
    void write(Path directory) throws IOException {
        String text = "pid=" + pid + "\nstarted=" + started + "\nready=" + ready + "\nversion=" + version
                + "\naddresses=" + addresses.stream().map(URI::toString).collect(Collectors.joining(" ")) + "\n"
                + (admin == null ? "" : "admin=" + admin.address() + "\ntoken=" + admin.token() + "\n");
        Path unfinished = directory.resolve(NAME + ".new");
        Files.deleteIfExists(unfinished);
        // It holds the token: nobody else may read it, not even for a moment.
        boolean posix = Files.getFileStore(directory).supportsFileAttributeView(PosixFileAttributeView.class);
        Files.createFile(unfinished, posix ? new FileAttribute<?>[] {OWNER_ONLY} : new FileAttribute<?>[0]);
        Files.writeString(unfinished, text, StandardOpenOption.WRITE);
        Files.move(unfinished, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * The run file of a data directory, if there is one.
     *
     * @throws IOException it cannot be read or is no run file
     */
    static Optional<RunFile> read(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(BYTES_MAX);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        Map<String, String> lines = new HashMap<>();
        new String(bytes, StandardCharsets.UTF_8).lines().forEach(line -> {
            int equals = line.indexOf('=');
            lines.put(line.substring(0, Math.max(0, equals)), line.substring(equals + 1));
        });
        try {
            return Optional.of(new RunFile(
                    Long.parseLong(value(lines, "pid")),
                    Instant.parse(value(lines, "started")),
                    Instant.parse(value(lines, "ready")),
                    value(lines, "version"),
                    value(lines, "addresses")
                            .lines()
                            .flatMap(line -> List.of(line.split(" ", -1)).stream())
                            .map(URI::create)
                            .toList(),
                    admin(lines)));
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new IOException("not a run file of this broker: " + file, e);
        }
    }

    /** Removes the file if it is this process's own. */
    static void removeOfThisProcess(Path directory) throws IOException {
        if (read(directory)
                .filter(file -> file.pid() == ProcessHandle.current().pid())
                .isPresent()) {
            Files.deleteIfExists(directory.resolve(NAME));
        }
    }

    /** The process that wrote this, if it still runs; a later process with the same number is not taken for it. */
    Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(handle -> handle.info()
                        .startInstant()
                        .filter(instant ->
                                Duration.between(instant, started).abs().compareTo(SAME_START) <= 0)
                        .isPresent());
    }

    private static @Nullable AdminAccess admin(Map<String, String> lines) {
        String address = lines.get("admin");
        String token = lines.get("token");
        return address == null || token == null ? null : new AdminAccess(URI.create(address), token);
    }

    private static String value(Map<String, String> lines, String name) {
        @Nullable String value = lines.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }
}
