package io.millrace.core.simulation;

import java.util.function.Supplier;

/** Something was not as promised. */
final class Breach extends AssertionError {
    private static final long serialVersionUID = 1L;

    Breach(String what) {
        super(what);
    }

    /** @param what says what was not; it is asked only then, as this is asked all the time */
    static void unless(boolean holds, Supplier<String> what) {
        if (!holds) {
            throw new Breach(what.get());
        }
    }
}
