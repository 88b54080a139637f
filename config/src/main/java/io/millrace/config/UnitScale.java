package io.millrace.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whole numbers with a unit behind them, as a person writes them: {@code 64MiB}, {@code 30 s}.
 *
 * @param what  "a size", "a duration"
 * @param units from the smallest to the largest; the first is the base and counts 1
 */
record UnitScale(String what, List<Unit> units) {
    static final UnitScale SIZE = new UnitScale(
            "a size",
            List.of(
                    new Unit("B", 1),
                    new Unit("KiB", 1L << 10),
                    new Unit("MiB", 1L << 20),
                    new Unit("GiB", 1L << 30),
                    new Unit("TiB", 1L << 40)));

    static final UnitScale DURATION = new UnitScale(
            "a duration",
            List.of(
                    new Unit("ms", 1),
                    new Unit("s", 1_000),
                    new Unit("m", 60_000),
                    new Unit("h", 3_600_000),
                    new Unit("d", 86_400_000)));

    record Unit(String name, long factor) {}

    /** The value in base units; a bare number counts as base units where {@code bare} says so, and zero always does. */
    long parse(String text, boolean bare, long min, long max) throws InvalidValueException {
        int end = 0;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        String unitName = text.substring(end).strip();
        if (end == 0) {
            throw new InvalidValueException("is not " + what);
        }
        long number = digits(text.substring(0, end), what, 0, Long.MAX_VALUE);
        if (unitName.isEmpty() && !bare && number != 0) {
            throw new InvalidValueException("has no unit");
        }
        long factor = unitName.isEmpty() ? 1 : factorOf(unitName);
        if (number > max / factor) {
            throw new InvalidValueException("is too large");
        }
        return inRange(number * factor, min, max);
    }

    String print(long value) {
        if (value == 0) {
            return "0" + units.get(0).name();
        }
        Unit best = units.get(0);
        for (Unit unit : units) {
            if (value % unit.factor() == 0) {
                best = unit;
            }
        }
        return value / best.factor() + best.name();
    }

    private long factorOf(String name) throws InvalidValueException {
        for (Unit unit : units) {
            if (unit.name().equals(name)) {
                return unit.factor();
            }
        }
        String meant = meant(name).map(unit -> ", did you mean " + unit + "?").orElse("");
        throw new InvalidValueException("has the unknown unit " + Quoted.of(name) + meant);
    }

    /** {@code mb} and {@code MB} are taken for {@code MiB} by people, never by this class. */
    private Optional<String> meant(String name) {
        return units.stream()
                .map(Unit::name)
                .filter(known -> known.equalsIgnoreCase(name)
                        || (name.length() <= 2
                                && known.length() == 3
                                && known.charAt(0)
                                        == name.toUpperCase(Locale.ROOT).charAt(0)))
                .findFirst();
    }

    static long digits(String text, String what, long min, long max) throws InvalidValueException {
        boolean negative = text.startsWith("-");
        String digits = negative ? text.substring(1) : text;
        if (digits.isEmpty() || !digits.chars().allMatch(c -> isDigit((char) c))) {
            throw new InvalidValueException("is not " + what);
        }
        if (negative) {
            throw new InvalidValueException("is too small");
        }
        // Nineteen digits may overflow, eighteen cannot.
        String significant = digits.replaceFirst("^0+(?=.)", "");
        if (significant.length() > 18) {
            throw new InvalidValueException("is too large");
        }
        return inRange(Long.parseLong(significant), min, max);
    }

    private static long inRange(long value, long min, long max) throws InvalidValueException {
        if (value < min) {
            throw new InvalidValueException("is too small");
        }
        if (value > max) {
            throw new InvalidValueException("is too large");
        }
        return value;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
