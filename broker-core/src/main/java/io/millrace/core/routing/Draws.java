package io.millrace.core.routing;

import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Numbers whose order nobody needs to guess, drawn from a seed that is handed in when the first is asked for. */
public final class Draws implements LongSupplier {
    private final Supplier<String> seed;
    private boolean seeded;
    private long state;

    /** @param seed a text that differs at every start; asked once at most */
    public Draws(Supplier<String> seed) {
        this.seed = seed;
    }

    @Override
    public long getAsLong() {
        if (!seeded) {
            state = WeightedDestinations.hash(seed.get());
            seeded = true;
        }
        state += 0x9E3779B97F4A7C15L;
        long mixed = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
