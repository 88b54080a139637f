package io.millrace.config;

import java.util.Optional;

/**
 * A value that the broker may choose itself: {@code auto} is the empty {@code Optional}, decided from the
 * {@link Machine} when the records are made.
 *
 * @param meaning what {@code auto} comes to, for the table of keys
 */
record AutoType<T>(ValueType<T> type, String meaning) implements ValueType<Optional<T>> {
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
    public Optional<T> parse(String text) throws InvalidValueException {
        return text.equals(AUTO) ? Optional.empty() : Optional.of(type.parse(text));
    }

    @Override
    public String print(Optional<T> value) {
        return value.map(type::print).orElse(AUTO);
    }
}
