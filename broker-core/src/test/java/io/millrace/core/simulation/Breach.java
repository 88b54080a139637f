package io.millrace.core.simulation;

/** Something was not as promised. */
final class Breach extends AssertionError {
    private static final long serialVersionUID = 1L;

    Breach(String what) {
        super(what);
    }

    static void unless(boolean holds, String what) {
        if (!holds) {
            throw new Breach(what);
        }
    }
}
