package io.millrace.server.http;

/** What a route asks of its caller. */
enum Access {
    /** To see how the broker works: the tag {@code monitoring} is enough. */
    LOOK,
    /** To change it, or to see accounts: the tag {@code administrator}. */
    ADMINISTER
}
