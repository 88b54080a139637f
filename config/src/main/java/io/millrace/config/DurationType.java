package io.millrace.config;

import java.time.Duration;

/**
 * A length of time: {@code 30s}. The unit must be given, because seconds and milliseconds are both usual without
 * one; only zero needs none.
 *
 * @param step the value must be a multiple of it
 */
record DurationType(Duration min, Duration max, Duration step) implements ValueType<Duration> {
    DurationType(Duration min, Duration max) {
        this(min, max, Duration.ofMillis(1));
    }

    @Override
    public String kind() {
        return "duration";
    }

    @Override
    public String allowed() {
        String steps = step.toMillis() == 1 ? "" : " in steps of " + print(step);
        return "a duration from " + print(min) + " to " + print(max) + steps + " (ms, s, m, h, d)";
    }

    @Override
    public Duration parse(String text) throws InvalidValueException {
        long millis = UnitScale.DURATION.parse(text, false, min.toMillis(), max.toMillis());
        if (millis % step.toMillis() != 0) {
            throw new InvalidValueException("is not a multiple of " + print(step));
        }
        return Duration.ofMillis(millis);
    }

    @Override
    public String print(Duration value) {
        return value.isZero() ? "0s" : UnitScale.DURATION.print(value.toMillis());
    }
}
