package io.millrace.config;

import java.util.List;
import java.util.Locale;

/** One of a few words: the constants of an enum in lower case. */
record ChoiceType<E extends Enum<E>>(List<E> choices) implements ValueType<E> {
    static <E extends Enum<E>> ChoiceType<E> of(Class<E> type) {
        return new ChoiceType<>(List.of(type.getEnumConstants()));
    }

    @Override
    public String kind() {
        return "choice";
    }

    @Override
    public String allowed() {
        return "one of " + String.join(", ", choices.stream().map(this::print).toList());
    }

    @Override
    public E parse(String text) throws InvalidValueException {
        for (E choice : choices) {
            if (print(choice).equals(text)) {
                return choice;
            }
        }
        throw new InvalidValueException("is not one of the choices");
    }

    @Override
    public String print(E value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
