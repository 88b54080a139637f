package io.millrace.core.routing;

import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An exchange with its bindings, in the order in which they were made. */
final class Exchange {
    private static final int[] NOWHERE = new int[0];

    final ExchangeSpec spec;
    /** What routers know it by: negative, so that it is no queue's number. Not stored; given anew at every start. */
    final int destination;

    final Router router;
    /** Those that lead away from it. */
    final Set<BindingSpec> bindings = new LinkedHashSet<>();
    /** Those that lead to it. */
    final Set<BindingSpec> incoming = new LinkedHashSet<>();
    /** Where messages go that have no target here. */
    @Nullable
    String alternate;

    /** How many of its bindings lead to exchanges. */
    int outgoing;
    /** The walk that passed it last. */
    long passedIn;
    /** Whether its routes depend on the key alone, as found at {@link #keyAloneAt}. */
    boolean keyAlone;
    /** The version of the topology at which {@link #keyAlone} was found. */
    long keyAloneAt = -1;

    private int[] lastRoute = NOWHERE;

    Exchange(ExchangeSpec spec, int destination, Router router) {
        this.spec = spec;
        this.destination = destination;
        this.router = router;
        this.alternate = declaredAlternate();
    }

    /** The alternate exchange that it was declared with, or null. */
    private @Nullable String declaredAlternate() {
        return spec.arguments().get(Declarations.ALTERNATE_EXCHANGE) instanceof String name ? name : null;
    }

    /** Policies say this of its alternate exchange, null for nothing: what it was declared with wins. True if it changes. */
    boolean ruledAlternate(@Nullable String ruled) {
        String before = alternate;
        String declared = declaredAlternate();
        alternate = declared == null ? ruled : declared;
        return !Objects.equals(before, alternate);
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
