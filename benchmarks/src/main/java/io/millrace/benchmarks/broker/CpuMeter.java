package io.millrace.benchmarks.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** User and system time of a process and its children, as the kernel accounts it, and its resident memory. */
public final class CpuMeter {
    /** Of Linux on every machine that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;

    private final long pid;
    private final boolean children;

    private CpuMeter(long pid, boolean children) {
        this.pid = pid;
        this.children = children;
    }

    /** @param pid 0: not known, everything is NaN */
    public static CpuMeter of(long pid) {
        return new CpuMeter(pid, true);
    }

    /** Without its children, which may be the brokers. */
    public static CpuMeter ofThisProcess() {
        return new CpuMeter(ProcessHandle.current().pid(), false);
    }

    public boolean isKnown() {
        return pid != 0;
    }

    /** CPU seconds since the process began; exact to 0.01. */
    public double seconds() {
        return pid == 0
                ? Double.NaN
                : family().map(CpuMeter::stat).mapToLong(ProcStat::ticks).sum() / TICKS_PER_SECOND;
    }

    /** Resident memory in MiB. */
    public double residentMiB() {
        return pid == 0 ? Double.NaN : family().mapToLong(CpuMeter::residentKiB).sum() / 1024.0;
    }

    /** CPU seconds of the compilers of a Java virtual machine; 0 for anything else. */
    public double compilerSeconds() {
        if (pid == 0) {
            return Double.NaN;
        }
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return threads.mapToLong(CpuMeter::compilerTicks).sum() / TICKS_PER_SECOND;
        } catch (IOException e) {
            return 0;
        }
    }

    private Stream<Long> family() {
        if (!children) {
            return Stream.of(pid);
        }
        Stream<Long> others = ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .map(ProcessHandle::pid);
        return Stream.concat(Stream.of(pid), others);
    }

    private static ProcStat stat(long pid) {
        return ProcStat.parse(read(Path.of("/proc/" + pid + "/stat")));
    }

    private static long compilerTicks(Path thread) {
        String line = read(thread.resolve("stat"));
        boolean compiles = line.contains("(C1 Compiler") || line.contains("(C2 Compiler");
        return compiles
                ? ProcStat.parse(line).userTicks() + ProcStat.parse(line).systemTicks()
                : 0;
    }

    private static long residentKiB(long pid) {
        return read(Path.of("/proc/" + pid + "/status"))
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    /** Empty of a process that has ended meanwhile. */
    private static String read(Path file) {
        try {
            return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return file.endsWith("stat") ? "0 (ended) X 0 0 0 0 0 0 0 0 0 0 0 0 0 0" : "";
        }
    }
}
