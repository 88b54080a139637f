package io.millrace.core.policy;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.NamePattern;
import io.millrace.core.model.QueueSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The policies of one virtual host at one moment. Immutable; any thread.
 *
 * <p>An object has at most one user's and one operator's policy: of those that match, the one with the highest priority,
 * and of equal ones the first by name. What both say is merged, see {@link PolicyKeys}.
 */
public final class Policies {
    /** No policies. */
    public static final Policies NONE = new Policies(List.of(), List.of());

    private static final Comparator<Compiled> ORDER = Comparator.comparingInt(
                    (Compiled each) -> each.policy().priority())
            .reversed()
            .thenComparing(each -> each.policy().name());

    private final List<Compiled> user;
    private final List<Compiled> operator;

    private record Compiled(Policy policy, NamePattern pattern) {}

    /**
     * What holds for an object.
     *
     * @param user the user's policy, or null
     * @param operator the operator's policy, or null
     * @param effective what both say together, by their keys
     */
    public record Applied(@Nullable Policy user, @Nullable Policy operator, Arguments effective) {
        private static final Applied NOTHING = new Applied(null, null, Arguments.NONE);
    }

    private Policies(List<Compiled> user, List<Compiled> operator) {
        this.user = user;
        this.operator = operator;
    }

    /** These policies with that one, which takes the place of one of its name and kind. */
    public Policies with(boolean byOperator, Policy policy) {
        Compiled added = new Compiled(policy, NamePattern.of(policy.pattern()));
        Policies rest = without(byOperator, policy.name());
        return byOperator
                ? new Policies(rest.user, inOrder(rest.operator, added))
                : new Policies(inOrder(rest.user, added), rest.operator);
    }

    /** These policies without the one of that name and kind. */
    public Policies without(boolean byOperator, String name) {
        Predicate<Compiled> others = each -> !each.policy().name().equals(name);
        return byOperator
                ? new Policies(user, operator.stream().filter(others).toList())
                : new Policies(user.stream().filter(others).toList(), operator);
    }

    /** All of one kind, the highest priority first. */
    public List<Policy> all(boolean byOperator) {
        return (byOperator ? operator : user).stream().map(Compiled::policy).toList();
    }

    /** The policy of that kind and name, or null. */
    public @Nullable Policy named(boolean byOperator, String name) {
        for (Compiled each : byOperator ? operator : user) {
            if (each.policy().name().equals(name)) {
                return each.policy();
            }
        }
        return null;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return user.isEmpty() && operator.isEmpty();
    }

    /** What the user's and the operator's policy together say for that queue, by their keys, such as {@code max-length}. */
    public Arguments queue(QueueSpec queue) {
        return isEmpty() ? Arguments.NONE : applied(queue).effective();
    }

    /** What the user's and the operator's policy together say for that exchange, by their keys. */
    public Arguments exchange(ExchangeSpec exchange) {
        return isEmpty() ? Arguments.NONE : applied(exchange).effective();
    }

    /** Which policies hold for that queue. */
    public Applied applied(QueueSpec queue) {
        return applied(queue.name(), policy -> policy.applyTo().includes(queue));
    }

    /** Which policies hold for that exchange. */
    public Applied applied(ExchangeSpec exchange) {
        return applied(exchange.name(), policy -> policy.applyTo().exchanges());
    }

    private Applied applied(String name, Predicate<Policy> includes) {
        Policy own = first(user, name, includes);
        Policy ruled = first(operator, name, includes);
        if (own == null && ruled == null) {
            return Applied.NOTHING;
        }
        return new Applied(
                own,
                ruled,
                PolicyKeys.merged(
                        own == null ? Arguments.NONE : own.definition(),
                        ruled == null ? Arguments.NONE : ruled.definition()));
    }

    private static @Nullable Policy first(List<Compiled> policies, String name, Predicate<Policy> includes) {
        for (Compiled each : policies) {
            if (includes.test(each.policy()) && each.pattern().in(name)) {
                return each.policy();
            }
        }
        return null;
    }

    private static List<Compiled> inOrder(List<Compiled> policies, Compiled added) {
        List<Compiled> all = new ArrayList<>(policies);
        all.add(added);
        all.sort(ORDER);
        return List.copyOf(all);
    }
}
