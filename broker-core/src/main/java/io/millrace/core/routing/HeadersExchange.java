package io.millrace.core.routing;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code headers}: a message goes where its headers match the binding's arguments. AMQP 0-9-1 §3.1.3.4.
 *
 * <p>The argument {@code x-match} says how: {@code all} (also if it is absent) or {@code any} of the other arguments must
 * match; arguments whose names begin with {@code x-} count only with {@code all-with-x} and {@code any-with-x}. An
 * argument matches if the header is there with the same type and value (whole numbers are one type, however they were
 * written: 1 is 1.0); a void argument asks only that it be there.
 * With nothing left to compare, {@code all} matches every message and {@code any} none.
 *
 * <p>Bindings are filed under the header that they ask for, so that a message is compared only with bindings of which one
 * term holds already.
 */
public final class HeadersExchange implements ExchangeType {
    private static final String MATCH = "x-match";

    @Override
    public String name() {
        return "headers";
    }

    @Override
    public Router router(Arguments exchangeArguments) {
        return new HeadersRouter();
    }

    /** Whether all terms must hold or one suffices. */
    private enum Match {
        ALL,
        ANY
    }

    /**
     * What a binding asks of one header.
     *
     * @param value the value it must have, or null if it need only be there
     */
    private record Term(String header, @Nullable Object value) {
        Term {
            value = number(value);
        }

        boolean holds(Map<String, @Nullable Object> headers) {
            return value == null
                    ? headers.containsKey(header)
                    : Arguments.sameValue(value, number(headers.get(header)));
        }

        private static @Nullable Object number(@Nullable Object value) {
            return value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 0x1p63
                    ? Long.valueOf(number.longValue())
                    : value;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Term that && header.equals(that.header) && Arguments.sameValue(value, that.value);
        }

        @Override
        public int hashCode() {
            return 31 * header.hashCode() + Arguments.hashOf(value);
        }
    }

    /** What makes two bindings the same to this router: they differ at most in their routing keys. */
    private record Identity(Arguments arguments, int destination) {}

    private static final class Binding {
        final Match match;
        final Term[] terms;
        final int destination;
        int count;

        Binding(Match match, Term[] terms, int destination) {
            this.match = match;
            this.terms = terms;
            this.destination = destination;
        }

        boolean matches(Map<String, @Nullable Object> headers) {
            for (Term term : terms) {
                if (term.holds(headers) != (match == Match.ALL)) {
                    return match == Match.ANY;
                }
            }
            return match == Match.ALL;
        }

        /** The terms that it is filed under: one for {@code all}, every one for {@code any}. */
        List<Term> filedUnder() {
            if (match == Match.ANY || terms.length == 0) {
                return Arrays.asList(terms);
            }
            for (Term term : terms) {
                if (term.value() != null) {
                    return List.of(term);
                }
            }
            return List.of(terms[0]);
        }
    }

    private static final class HeadersRouter implements Router {
        private final Map<Identity, Binding> bindings = new HashMap<>();
        private final Map<Term, Collection<Binding>> filed = new HashMap<>();
        private final Collection<Binding> unconditional = new LinkedHashSet<>();

        @Override
        public void check(BindingSpec binding) {
            matchOf(binding.arguments());
        }

        @Override
        public void bind(BindingSpec spec, int destination) {
            Identity identity = new Identity(spec.arguments(), destination);
            Binding binding = bindings.computeIfAbsent(identity, HeadersRouter::toBinding);
            if (binding.count++ > 0) {
                return;
            }
            if (binding.terms.length == 0 && binding.match == Match.ALL) {
                unconditional.add(binding);
            }
            for (Term term : binding.filedUnder()) {
                filed.computeIfAbsent(term, key -> new LinkedHashSet<>()).add(binding);
            }
        }

        @Override
        public void unbind(BindingSpec spec, int destination) {
            Identity identity = new Identity(spec.arguments(), destination);
            Binding binding = bindings.get(identity);
            if (binding == null) {
                throw new IllegalStateException("not bound: " + spec);
            }
            if (--binding.count > 0) {
                return;
            }
            bindings.remove(identity);
            unconditional.remove(binding);
            for (Term term : binding.filedUnder()) {
                Collection<Binding> all = filed.get(term);
                if (all != null && all.remove(binding) && all.isEmpty()) {
                    filed.remove(term);
                }
            }
        }

        @Override
        public void route(RoutedMessage message, Targets targets) {
            for (Binding binding : unconditional) {
                targets.add(binding.destination);
            }
            if (filed.isEmpty()) {
                return;
            }
            Map<String, @Nullable Object> headers = message.headers();
            for (Map.Entry<String, @Nullable Object> header : headers.entrySet()) {
                addMatching(new Term(header.getKey(), null), headers, targets);
                Object value = header.getValue();
                if (value != null) {
                    addMatching(new Term(header.getKey(), value), headers, targets);
                }
            }
        }

        @Override
        public boolean byKeyAlone() {
            return false;
        }

        private void addMatching(Term term, Map<String, @Nullable Object> headers, Targets targets) {
            Collection<Binding> candidates = filed.get(term);
            if (candidates == null || !targets.spend(candidates.size())) {
                return;
            }
            for (Binding binding : candidates) {
                if (binding.match == Match.ANY || binding.matches(headers)) {
                    targets.add(binding.destination);
                }
            }
        }

        private static Binding toBinding(Identity identity) {
            Arguments arguments = identity.arguments();
            String match = matchOf(arguments);
            boolean withX = match.endsWith("-with-x");
            List<Term> terms = new ArrayList<>();
            for (Map.Entry<String, @Nullable Object> argument :
                    arguments.values().entrySet()) {
                String header = argument.getKey();
                if (!header.equals(MATCH) && (withX || !header.startsWith("x-"))) {
                    terms.add(new Term(header, argument.getValue()));
                }
            }
            return new Binding(
                    match.startsWith("any") ? Match.ANY : Match.ALL,
                    terms.toArray(new Term[0]),
                    identity.destination());
        }

        private static String matchOf(Arguments arguments) {
            if (!arguments.has(MATCH)) {
                return "all";
            }
            Object value = arguments.get(MATCH);
            if (!(value instanceof String match)) {
                throw new BrokerException(
                        ErrorCode.PRECONDITION_FAILED,
                        "Invalid x-match field type " + FieldText.type(value) + " (value " + FieldText.value(value)
                                + "); expected longstr");
            }
            return switch (match) {
                case "all", "any", "all-with-x", "any-with-x" -> match;
                default ->
                    throw new BrokerException(
                            ErrorCode.PRECONDITION_FAILED,
                            "Invalid x-match field value <<\"" + match
                                    + "\">>; expected all, any, all-with-x, or any-with-x");
            };
        }
    }
}
