package io.millrace.config;

import java.util.Optional;
import java.util.function.Function;

/**
 * A value that the broker may choose itself, from the {@link Machine} that it runs on.
 *
 * @param meaning what {@code auto} comes to, for the table of keys
 * @param choice  the same as a rule; what it gives need not be within the range of {@code type}
 */
record AutoType<T>(ValueType<T> type, String meaning, Function<Machine, T> choice) implements ValueType<Auto<T>> {
    private static final String AUTO = "auto";

    @Override
    public String kind() {
        return type.kind();
    }

    @Override
    public String allowed() {
        return AUTO + " (" + meaning + "), or " + type.allowed();
    }

    @Override
    public Auto<T> parse(String text) throws InvalidValueException {
        return new Auto<>(text.equals(AUTO) ? Optional.empty() : Optional.of(type.parse(text)), choice);
    }

    @Override
    public String print(Auto<T> value) {
        return value.given().map(type::print).orElse(AUTO);
    }

    @Override
    public String printOn(Machine machine, Auto<T> value) {
        return type.print(value.on(machine));
    }
}
