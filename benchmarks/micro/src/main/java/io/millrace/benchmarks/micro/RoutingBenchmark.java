package io.millrace.benchmarks.micro;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.routing.DirectExchange;
import io.millrace.core.routing.ExchangeType;
import io.millrace.core.routing.FanoutExchange;
import io.millrace.core.routing.HeadersExchange;
import io.millrace.core.routing.RoutedMessage;
import io.millrace.core.routing.Router;
import io.millrace.core.routing.Targets;
import io.millrace.core.routing.TopicExchange;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One message through one exchange, without the cache of routes in front of it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RoutingBenchmark {
    private static final int QUEUES = 10;

    @Param({"direct", "topic", "topic-deep", "fanout", "headers"})
    public String type = "";

    @Param({"1", "100", "10000"})
    public int bindings;

    private Router router;
    private final Message[] messages = new Message[64];
    private final Targets targets = new Targets();
    private int next;

    private record Message(String routingKey, Map<String, Object> headers) implements RoutedMessage {}

    @Setup
    public void bind() {
        ExchangeType exchange = switch (type) {
            case "direct" -> new DirectExchange();
            case "fanout" -> new FanoutExchange();
            case "headers" -> new HeadersExchange();
            default -> new TopicExchange();
        };
        router = exchange.router(Arguments.NONE);
        for (int i = 0; i < bindings; i++) {
            int queue = type.equals("fanout") ? i : i % QUEUES;
            router.bind(new BindingSpec("x", "q" + queue, key(i, true), arguments(i)), queue);
        }
        for (int i = 0; i < messages.length; i++) {
            int one = (int) ((long) i * bindings / messages.length);
            messages[i] = new Message(key(one, false), Map.of("number", (long) one, "kind", "reading"));
        }
    }

    private Arguments arguments(int i) {
        return type.equals("headers")
                ? new Arguments(Map.of("x-match", "all", "number", (long) i, "kind", "reading"))
                : Arguments.NONE;
    }

    private String key(int i, boolean pattern) {
        return switch (type) {
            case "topic" -> "plant.region-" + i % QUEUES + ".device-" + i + (pattern ? ".*" : ".temperature");
            case "topic-deep" -> (pattern ? "#" : "plant.hall.line") + ".device-" + i + (pattern ? ".#" : ".state.now");
            default -> "device-" + i;
        };
    }

    @Benchmark
    public int route() {
        targets.clear();
        router.route(messages[next++ & 63], targets);
        return targets.size();
    }
}
