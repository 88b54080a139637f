package io.millrace.server;

/** Where the process begins. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.err.println("millrace: no command is built yet");
        System.exit(1);
    }
}
