package io.millrace.benchmarks.scenario;

import io.millrace.benchmarks.load.Load;
import io.millrace.benchmarks.load.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A load that is run as fast as it goes, for the CPU that a message takes, and at a fixed rate, for latencies.
 *
 * @param latencyRate messages a second of the second part, far below what the slowest broker of the table can do
 * @param fast        false: only the part with the fixed rate
 */
public record Throughput(String name, String title, Load load, double latencyRate, boolean fast) {
    private static final int IN_FLIGHT = 10_000;
    private static final int TOPIC_QUEUES = 10;
    private static final int TOPIC_REGIONS = 10;
    private static final int TOPIC_DEVICES = 100;

    public static final Throughput TRANSIENT_16 = transientRow("transient-16", "transient, 16 B, automatic acks", 16);
    public static final Throughput TRANSIENT_1K =
            transientRow("transient-1k", "transient, 1 KiB, automatic acks", 1024);
    public static final Throughput PERSISTENT_200 = persistent(200);
    public static final Throughput PERSISTENT_1000 = persistent(1000);
    public static final Throughput FANOUT_10 = new Throughput(
            "fanout-10",
            "fan-out to 10 queues, 100 B, automatic acks",
            new Load(Shape.fanout(10), 100, false, 1, 10, 0, IN_FLIGHT, 0, 0),
            500,
            true);
    public static final Throughput TOPIC_1000 = new Throughput(
            "topic-1000",
            "topic, 1,000 patterns to 10 queues, 100 B, automatic acks",
            new Load(topics(), 100, false, 1, 1, 0, IN_FLIGHT, 0, 0),
            5000,
            true);
    public static final Throughput LATENCY_5K =
            new Throughput("latency-5k", "5,000/s persistent, 1 KiB, confirms", persistentLoad(1000), 5000, false);

    public static final List<Throughput> ALL =
            List.of(TRANSIENT_16, TRANSIENT_1K, PERSISTENT_200, PERSISTENT_1000, FANOUT_10, TOPIC_1000, LATENCY_5K);

    private static Throughput transientRow(String name, String title, int size) {
        Load load = new Load(Shape.queues(1), size, false, 1, 1, 0, IN_FLIGHT, 0, 0);
        return new Throughput(name, title, load, 5000, true);
    }

    private static Throughput persistent(int window) {
        return new Throughput(
                "persistent-w" + window,
                "persistent, 1 KiB, confirms, window " + String.format("%,d", window),
                persistentLoad(window),
                2000,
                true);
    }

    private static Load persistentLoad(int window) {
        return new Load(Shape.queues(1), 1024, true, 1, 1, window, IN_FLIGHT, 200, 100);
    }

    /**
     * Readings of a thousand devices: {@code plant.<region>.<device>.<kind>}. Each device has a pattern of its own, with a
     * wildcard for the kind, in the queue of its region; so each message goes to one queue.
     */
    private static Shape topics() {
        String[] kinds = {"temperature", "pressure", "humidity", "state"};
        List<Shape.Binding> bindings = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        for (int device = 0; device < TOPIC_DEVICES; device++) {
            for (int region = 0; region < TOPIC_REGIONS; region++) {
                String name = "region-" + region + ".device-" + device;
                boolean deep = device % 2 == 0;
                bindings.add(new Shape.Binding(region, deep ? "plant." + name + ".#" : "*." + name + ".*"));
                keys.add("plant." + name + "." + kinds[(device + region) % kinds.length]);
            }
        }
        return new Shape("topic", TOPIC_QUEUES, bindings, keys);
    }
}
