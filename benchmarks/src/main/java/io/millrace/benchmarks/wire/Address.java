package io.millrace.benchmarks.wire;

/** Where a broker serves, and as whom to log in. */
public record Address(String host, int port, String user, String password, String virtualHost) {
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
