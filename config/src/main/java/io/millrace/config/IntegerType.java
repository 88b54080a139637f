package io.millrace.config;

/** A whole number in decimal digits, both ends included. */
record IntegerType(int min, int max) implements ValueType<Integer> {
    @Override
    public String kind() {
        return "number";
    }

    @Override
    public String allowed() {
        return "a whole number from " + min + " to " + max;
    }

    @Override
    public Integer parse(String text) throws InvalidValueException {
        return (int) UnitScale.digits(text, "a whole number", min, max);
    }

    @Override
    public String print(Integer value) {
        return value.toString();
    }
}
