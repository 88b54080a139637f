package io.millrace.server;

/**
 * Settings of libraries that fit a broker better than their own, for a process that is nothing but a broker. Whoever
 * sets one on the command line of Java is obeyed.
 */
final class ProcessDefaults {
    private ProcessDefaults() {}

    /** Before any class of these libraries is used. */
    static void apply() {
        // Netty asks at its first buffer, and the answer loads the flight recorder: 100 classes that nobody asked for.
        set("io.netty.jfr.enabled", "false");
    }

    private static void set(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
