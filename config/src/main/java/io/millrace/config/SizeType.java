package io.millrace.config;

/** A number of bytes: {@code 64MiB}, {@code 4096}. Units are binary, a bare number is bytes. */
record SizeType(long minBytes, long maxBytes) implements ValueType<Long> {
    static final long KIB = 1L << 10;
    static final long MIB = 1L << 20;
    static final long GIB = 1L << 30;
    static final long TIB = 1L << 40;

    @Override
    public String kind() {
        return "size";
    }

    @Override
    public String allowed() {
        return "a size from " + print(minBytes) + " to " + print(maxBytes)
                + " (B, KiB, MiB, GiB, TiB; bare numbers are bytes)";
    }

    @Override
    public Long parse(String text) throws InvalidValueException {
        return UnitScale.SIZE.parse(text, true, minBytes, maxBytes);
    }

    @Override
    public String print(Long value) {
        return UnitScale.SIZE.print(value);
    }
}
