package io.millrace.core.simulation;

import static org.junit.jupiter.api.Assertions.fail;

import io.millrace.core.log.Log;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.store.Segments;
import io.millrace.core.vhost.Outlet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What negative controls have in common: where a lie is told, and that it has to be found. */
final class Lies {
    private static final int SEEDS = 12;
    private static final int STEPS = 2000;

    private Lies() {}

    /** The lie must be found by one of a few seeds, and for the reason that it is one. */
    static void requireFound(Tampering lie, String... reasons) {
        requireFound(SEEDS, lie, reasons);
    }

    /** The same with so many seeds, for a lie about what is rare. */
    static void requireFound(int seeds, Tampering lie, String... reasons) {
        String last = "";
        for (long seed = 1; seed <= seeds; seed++) {
            try {
                new Simulation(seed, lie).run(STEPS);
            } catch (AssertionError found) {
                last = String.valueOf(found.getMessage());
                String first = last.lines().findFirst().orElse("");
                for (String reason : reasons) {
                    if (first.contains(reason)) {
                        return;
                    }
                }
            }
        }
        fail("not found within " + seeds + " seeds, the last thing that was: " + last);
    }

    static Tampering log(UnaryOperator<Log> wrapper) {
        return new Tampering() {
            @Override
            Log log(Log log) {
                return wrapper.apply(log);
            }
        };
    }

    static Tampering outlet(UnaryOperator<Outlet> wrapper) {
        return new Tampering() {
            @Override
            Outlet outlet(Outlet outlet) {
                return wrapper.apply(outlet);
            }
        };
    }

    static Tampering without(String... names) {
        return new Tampering() {
            @Override
            QueueSpec declared(QueueSpec spec) {
                Map<String, @Nullable Object> arguments =
                        new HashMap<>(spec.arguments().values());
                for (String name : names) {
                    arguments.remove(name);
                }
                return new QueueSpec(
                        spec.name(), spec.durable(), spec.exclusive(), spec.autoDelete(), new Arguments(arguments));
            }
        };
    }

    static Tampering segments(UnaryOperator<Segments> wrapper) {
        return new Tampering() {
            @Override
            Segments segments(Segments segments) {
                return wrapper.apply(segments);
            }
        };
    }
}
