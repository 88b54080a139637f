package io.millrace.config;

/** {@code true} or {@code false}, spelled out; {@code yes} and {@code on} are not taken. */
record BooleanType() implements ValueType<Boolean> {
    @Override
    public String kind() {
        return "boolean";
    }

    @Override
    public String allowed() {
        return "true or false";
    }

    @Override
    public Boolean parse(String text) throws InvalidValueException {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidValueException("is not a boolean");
        };
    }

    @Override
    public String print(Boolean value) {
        return value.toString();
    }
}
