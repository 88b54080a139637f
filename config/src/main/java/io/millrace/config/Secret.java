package io.millrace.config;

/** Text that is shown to nobody: {@link #toString} gives asterisks, so no log line or error can carry it by accident. */
public record Secret(String reveal) {
    /** What stands for every secret, whatever its length. */
    public static final String MASK = "********";

    @Override
    public String toString() {
        return MASK;
    }
}
