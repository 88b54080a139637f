package io.millrace.core.routing;

import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An exchange with its bindings, in the order in which they were made. */
final class Exchange {
    private static final int[] NOWHERE = new int[0];

    final ExchangeSpec spec;
    final Router router;
    final Set<BindingSpec> bindings = new LinkedHashSet<>();
    /** Where messages go that have no target here. */
    final @Nullable String alternate;

    private int[] lastRoute = NOWHERE;

    Exchange(ExchangeSpec spec, Router router) {
        this.spec = spec;
        this.router = router;
        this.alternate = spec.arguments().get(Declarations.ALTERNATE_EXCHANGE) instanceof String name ? name : null;
    }

    /** What {@link #asRoute} gave last. */
    int[] lastRoute() {
        return lastRoute;
    }

    /** The targets as an array that is not to be changed; the last one again if it is the same, as in every fanout. */
    int[] asRoute(Targets targets) {
        int size = targets.size();
        boolean same = size == lastRoute.length;
        for (int i = 0; same && i < size; i++) {
            same = lastRoute[i] == targets.get(i);
        }
        if (!same) {
            lastRoute = targets.toArray();
        }
        return lastRoute;
    }
}
