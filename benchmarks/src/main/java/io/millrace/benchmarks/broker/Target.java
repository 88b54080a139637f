package io.millrace.benchmarks.broker;

import io.millrace.benchmarks.wire.Address;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A broker that is measured.
 *
 * @param pid  0: not known, so that there are no figures of its CPU and memory
 * @param data where its data lies; null: not known, so that there are no figures of its disk
 */
public record Target(
        String name, Address address, long pid, @Nullable Path data) {
    /**
     * From {@code name=HOST:PORT,pid[,user,password[,virtual host]]}.
     *
     * @throws IllegalArgumentException it is not of that form
     */
    public static Target parse(String text) {
        int equals = text.indexOf('=');
        String[] parts = text.substring(equals + 1).split(",", -1);
        int colon = parts[0].lastIndexOf(':');
        try {
            if (equals < 1 || colon < 1 || parts.length == 3 || parts.length > 5) {
                throw new NumberFormatException();
            }
            long pid = parts.length < 2 || parts[1].isEmpty() ? 0 : Long.parseLong(parts[1]);
            boolean named = parts.length > 3;
            Address address = new Address(
                    parts[0].substring(0, colon),
                    Integer.parseInt(parts[0].substring(colon + 1)),
                    named ? parts[2] : "guest",
                    named ? parts[3] : "guest",
                    parts.length > 4 ? parts[4] : "/");
            return new Target(text.substring(0, equals), address, pid, null);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no broker; the form is name=HOST:PORT[,pid[,user,password[,virtual host]]]", e);
        }
    }

    public CpuMeter meter() {
        return CpuMeter.of(pid);
    }
}
