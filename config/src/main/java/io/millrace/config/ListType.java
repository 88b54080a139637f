package io.millrace.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One value or more, with commas between them.
 *
 * @param type of each; its texts must not hold a comma
 */
record ListType<T>(ValueType<T> type) implements ValueType<List<T>> {
    private static final int VALUES_MAX = 100;

    @Override
    public String kind() {
        return "list";
    }

    @Override
    public String allowed() {
        return "one or more, with commas between them, of: " + type.allowed();
    }

    @Override
    public List<T> parse(String text) throws InvalidValueException {
        List<T> values = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            values.add(type.parse(each.strip()));
        }
        if (values.size() > VALUES_MAX) {
            throw new InvalidValueException("has " + values.size() + " values, more than " + VALUES_MAX);
        }
        return List.copyOf(values);
    }

    @Override
    public String print(List<T> value) {
        return value.stream().map(type::print).collect(Collectors.joining(","));
    }
}
