package io.millrace.config;

import java.util.Optional;

/**
 * A value that need not be there.
 *
 * @param absent the word that stands for nothing
 * @param meaning what it means then, for the table of keys
 */
record OptionType<T>(ValueType<T> type, String absent, String meaning) implements ValueType<Optional<T>> {
    @Override
    public String kind() {
        return type.kind();
    }

    @Override
    public String allowed() {
        return absent + " (" + meaning + "), or " + type.allowed();
    }

    @Override
    public Optional<T> parse(String text) throws InvalidValueException {
        return text.equals(absent) ? Optional.empty() : Optional.of(type.parse(text));
    }

    @Override
    public String print(Optional<T> value) {
        return value.map(type::print).orElse(absent);
    }

    @Override
    public boolean secret() {
        return type.secret();
    }
}
