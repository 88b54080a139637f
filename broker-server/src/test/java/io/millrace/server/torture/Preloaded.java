package io.millrace.server.torture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** Libraries that take the place of calls to the system in a process of its own. They are compiled when they are needed. */
final class Preloaded {
    private static final String NO_FLUSH = """
            int fsync(int file) { (void) file; return 0; }
            int fdatasync(int file) { (void) file; return 0; }
            """;

    private static final String CLOCK = """
            #define _GNU_SOURCE
            #include <fcntl.h>
            #include <stdlib.h>
            #include <sys/mman.h>
            #include <sys/syscall.h>
            #include <sys/time.h>
            #include <time.h>
            #include <unistd.h>

            static volatile long zero;
            static volatile long *ahead = &zero;

            __attribute__((constructor)) static void begin(void) {
                const char *name = getenv("TORTURE_CLOCK");
                int file = name ? open(name, O_RDONLY) : -1;
                if (file >= 0) {
                    void *map = mmap(0, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
                    if (map != MAP_FAILED) ahead = map;
                    close(file);
                }
            }

            int clock_gettime(clockid_t clock, struct timespec *at) {
                int failed = syscall(SYS_clock_gettime, clock, at);
                if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) at->tv_sec += *ahead;
                return failed;
            }

            int gettimeofday(struct timeval *restrict at, void *restrict zone) {
                int failed = syscall(SYS_gettimeofday, at, zone);
                if (!failed && at) at->tv_sec += *ahead;
                return failed;
            }

            time_t time(time_t *at) {
                struct timespec now;
                clock_gettime(CLOCK_REALTIME, &now);
                if (at) *at = now.tv_sec;
                return now.tv_sec;
            }
            """;

    private Preloaded() {}

    /** The environment of a process every flush of which succeeds without being done. */
    static Map<String, String> withoutFlushes(Path directory) throws IOException, InterruptedException {
        return Map.of("LD_PRELOAD", compiled(directory, "noflush", NO_FLUSH));
    }

    /**
     * The environment of a process whose wall clock, and no other, goes by {@link #setClock}.
     *
     * @param clock the file that says by how much
     */
    static Map<String, String> withClock(Path directory, Path clock) throws IOException, InterruptedException {
        return Map.of("LD_PRELOAD", compiled(directory, "clock", CLOCK), "TORTURE_CLOCK", clock.toString());
    }

    /** Sets the wall clock of all processes that go by this file: how far it is ahead of that of the machine. */
    static void setClock(Path clock, long secondsAhead) throws IOException {
        // In place: the processes have the file mapped into their memory.
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        Files.write(clock, bytes.putLong(secondsAhead).array(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static String compiled(Path directory, String name, String text) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Path source = Files.writeString(directory.resolve(name + ".c"), text);
        Path library = directory.resolve(name + ".so");
        Shell.run("gcc", "-O1", "-shared", "-fPIC", "-o", library.toString(), source.toString());
        return library.toString();
    }
}
