package io.millrace.benchmarks.broker;

/** The line of {@code /proc/PID/stat}. */
record ProcStat(long parent, long userTicks, long systemTicks, long childTicks) {
    /** Reads it; the name of the process may hold spaces and brackets. */
    static ProcStat parse(String line) {
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        return new ProcStat(
                Long.parseLong(fields[1]),
                Long.parseLong(fields[11]),
                Long.parseLong(fields[12]),
                Long.parseLong(fields[13]) + Long.parseLong(fields[14]));
    }

    /** Time of the process and of its children that have ended. */
    long ticks() {
        return userTicks + systemTicks + childTicks;
    }
}
