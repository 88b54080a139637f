package io.millrace.server.demo;

import java.io.IOException;

/** Where events come from. Can be read several times and gives the same each time, unless somebody changes it. */
interface EventSource {
    /** Takes events one by one. */
    @FunctionalInterface
    interface Sink {
        /**
         * Takes the next event.
         *
         * @return whether to go on
         */
        boolean take(DemoEvent event) throws IOException;
    }

    /** What it is, for people: {@code 2,000 commits of the git repository in ...}. */
    String description();

    /**
     * Hands over the events in their order, until there are no more or the sink has enough.
     *
     * @throws IOException it cannot be read, or the sink failed
     */
    void read(Sink sink) throws IOException;

    /** What was passed over in the last complete reading, for people; empty if nothing was. */
    Skipped skipped();
}
