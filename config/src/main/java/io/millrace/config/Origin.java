package io.millrace.config;

import java.nio.file.Path;

/**
 * Where a value comes from, from the weakest to the strongest.
 *
 * @param kind  decides who wins
 * @param place what to look at: {@code millrace.yaml:12}, {@code MILLRACE_AMQP_PORT}, {@code --amqp-port}
 */
public record Origin(Kind kind, String place) {
    /** The later one wins. */
    public enum Kind {
        DEFAULT,
        FILE,
        ENVIRONMENT,
        FLAG
    }

    static final Origin DEFAULT = new Origin(Kind.DEFAULT, "default");

    static Origin file(Path file) {
        return new Origin(Kind.FILE, file.toString());
    }

    static Origin file(Path file, int line) {
        return new Origin(Kind.FILE, file + ":" + line);
    }

    static Origin variable(String name) {
        return new Origin(Kind.ENVIRONMENT, name);
    }

    static Origin flag(String name) {
        return new Origin(Kind.FLAG, name);
    }

    @Override
    public String toString() {
        return place;
    }
}
