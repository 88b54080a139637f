package io.millrace.server;

/** How the process ends; the numbers are part of the command line's contract and never change their meaning. */
public enum ExitCode {
    OK(0, "Done; a broker that was told to stop has stopped cleanly."),
    UNEXPECTED(1, "An error that has no number of its own; the text says which."),
    USAGE(2, "The command line is not understood."),
    CONFIGURATION(3, "The configuration is not right; every problem is named."),
    DATA_DIRECTORY(4, "The data directory is in use by another broker, or of a newer format."),
    STORAGE(5, "Reading or writing the data directory failed."),
    NOT_RUNNING(6, "No broker runs on the data directory."),
    ADDRESS_IN_USE(7, "An address to serve at is taken or does not exist."),
    STILL_RUNNING(8, "The broker did not stop in time (stop)."),
    NOT_FOUND(9, "What the command names does not exist."),
    REFUSED(10, "The broker refused the command; the text says why."),
    DAMAGED(11, "Stored messages of a queue cannot be read (status, health)."),
    ALARM(12, "An alarm holds (health).");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    /** What the process gives to its parent. */
    public int number() {
        return number;
    }

    /** A sentence for the help and the manual. */
    public String meaning() {
        return meaning;
    }
}
