package io.millrace.server.demo;

/** The names that the demonstration takes on a broker. They begin alike, so that nobody's own queue is meant. */
final class DemoNames {
    static final String EXCHANGE = "millrace-demo.events";
    static final String DEAD_EXCHANGE = "millrace-demo.dead-letter-exchange";
    static final String DEAD_QUEUE = "millrace-demo.dead-letters";
    static final String EVERYTHING = "millrace-demo.everything";
    static final String BY_FIRST = "millrace-demo.first";
    static final String BY_LAST = "millrace-demo.last";
    static final String UNLUCKY = "millrace-demo.unlucky";

    private static final String PREFIX = "millrace-demo.";

    private DemoNames() {}

    /** The name without what all have in common, for tables. */
    static String brief(String name) {
        return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    }
}
