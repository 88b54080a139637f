package io.millrace.benchmarks.scenario;

import io.millrace.benchmarks.load.Load;
import io.millrace.benchmarks.load.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code growth}: one thing grows, all else stays, and a message should go on costing the same. */
public enum Sweep {
    QUEUES("queues", 1, 10, 100, 1_000, 10_000),
    BINDINGS("topic patterns, 100 keys", 1, 10, 100, 1_000, 10_000, 100_000),
    KEYS("topic patterns, each with a key of its own", 1, 10, 100, 1_000, 10_000, 100_000),
    DIRECT("direct bindings, each with a key of its own", 1, 10, 100, 1_000, 10_000, 100_000),
    CONNECTIONS("idle connections", 1, 10, 100, 1_000, 10_000),
    BACKLOG("messages waiting", 0, 100_000, 1_000_000, 10_000_000, 50_000_000),
    SIZE("bytes of a body", 16, 128, 1 << 10, 8 << 10, 64 << 10, 512 << 10, 4 << 20, 16 << 20),
    LOOPS("event loops", 1, 2, 4, 8, 16, 32);

    /** In flight are as many messages as elsewhere, but not more bytes than that. */
    private static final int IN_FLIGHT_BYTES = 64 << 20;

    private static final int IN_FLIGHT = 10_000;
    private static final int KEYS_FEW = 100;
    private static final int BOUND_QUEUES = 10;

    private final String title;

    @SuppressWarnings("ImmutableEnumChecker") // a list of Stream.toList
    private final List<Long> points;

    Sweep(String title, long... points) {
        this.title = title;
        this.points = java.util.Arrays.stream(points).boxed().toList();
    }

    public String title() {
        return title;
    }

    /** What it is called on the command line and in names of files. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Where to measure, up to a limit. */
    public List<Long> points(long max) {
        return points.stream().filter(each -> each <= max).toList();
    }

    /** What is run at a point; not for {@link #BACKLOG}. */
    Load load(long point) {
        return switch (this) {
            case QUEUES -> transientLoad(Shape.queues((int) point), 100, 1);
            case BINDINGS -> transientLoad(bindings((int) point, KEYS_FEW), 100, 1);
            case KEYS -> transientLoad(bindings((int) point, (int) point), 100, 1);
            case DIRECT -> transientLoad(direct((int) point), 100, 1);
            case SIZE -> transientLoad(Shape.queues(1), (int) point, 1);
            case LOOPS -> transientLoad(Shape.queues(4), 100, 4);
            default -> transientLoad(Shape.queues(1), 100, 1);
        };
    }

    private static Load transientLoad(Shape shape, int size, int pairs) {
        int inFlight = Math.max(2, Math.min(IN_FLIGHT, IN_FLIGHT_BYTES / size));
        return new Load(shape, size, false, pairs, pairs, 0, inFlight, 0, 0);
    }

    /** Patterns with a wildcard, each for one device, in ten queues; so many of the devices send, in turn. */
    private static Shape bindings(int count, int keysMax) {
        int queues = Math.min(BOUND_QUEUES, count);
        List<Shape.Binding> bindings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            bindings.add(new Shape.Binding(i % queues, device(i) + ".*"));
        }
        List<String> keys = new ArrayList<>();
        int sending = Math.min(keysMax, count);
        for (int i = 0; i < sending; i++) {
            keys.add(device((int) ((long) i * count / sending)) + ".temperature");
        }
        return new Shape("topic", queues, bindings, keys);
    }

    /** Devices by their names, in ten queues; all of them send, in turn. */
    private static Shape direct(int count) {
        int queues = Math.min(BOUND_QUEUES, count);
        List<Shape.Binding> bindings = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            bindings.add(new Shape.Binding(i % queues, device(i)));
            keys.add(device(i));
        }
        return new Shape("direct", queues, bindings, keys);
    }

    private static String device(int i) {
        return "plant.region-" + i % 100 + ".device-" + i;
    }
}
