package io.millrace.config;

import java.util.Optional;
import java.util.function.Function;

/**
 * A value that is given, or left to the broker.
 *
 * @param given  empty for {@code auto}
 * @param choice what the broker takes on a machine if nothing is given
 */
public record Auto<T>(Optional<T> given, Function<Machine, T> choice) {
    /** The value to use on a machine. */
    public T on(Machine machine) {
        return given.orElseGet(() -> choice.apply(machine));
    }
}
