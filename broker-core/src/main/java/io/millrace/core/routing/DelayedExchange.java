package io.millrace.core.routing;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.QueueSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code x-delayed-message}: messages with a header {@code x-delay} are kept for so many milliseconds and routed then, as an
 * exchange of the type in the argument {@code x-delayed-type} does; others are routed at once.
 *
 * <p>To routing, a message that has to wait goes to one queue: the hidden one of its exchange, which no client can name.
 */
public final class DelayedExchange implements ExchangeType {
    /** The name of this type. */
    public static final String NAME = "x-delayed-message";
    /** The argument that names the type by which messages are routed in the end. */
    public static final String INNER_TYPE = "x-delayed-type";
    /** The header that says how long a message has to wait, milliseconds. */
    public static final String DELAY = "x-delay";
    /** The longest that a message waits, milliseconds: what an unsigned 32-bit number can hold. Longer ones count as this. */
    public static final long DELAY_MAX_MILLIS = 0xFFFF_FFFFL;

    private final ExchangeTypes inner;

    /** @param inner the types that messages can be routed by */
    DelayedExchange(ExchangeTypes inner) {
        this.inner = inner;
    }

    /** The name of the queue in which an exchange keeps what has to wait. */
    public static String keeper(String exchange) {
        return QueueSpec.HIDDEN + "delayed" + QueueSpec.HIDDEN + exchange;
    }

    /** The exchange that keeps its messages in that hidden queue. */
    public static String exchangeOf(String keeper) {
        return keeper.substring(keeper(" ").length() - 1);
    }

    /** Whether that is an exchange of this type. */
    public static boolean is(@Nullable ExchangeSpec exchange) {
        return exchange != null && exchange.type().equals(NAME);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Router router(Arguments exchangeArguments) {
        if (exchangeArguments.get(INNER_TYPE) instanceof String type
                && inner.names().contains(type)) {
            return new Delaying(inner.get(type).router(exchangeArguments));
        }
        throw new BrokerException(
                ErrorCode.PRECONDITION_FAILED,
                "Invalid argument, '" + INNER_TYPE + "' must be an existing exchange type: one of " + inner.names());
    }

    /** Routes to the keeper what has to wait, and everything else as its exchange would. */
    static final class Delaying implements Router {
        private final Router router;
        private int keeper;

        private Delaying(Router router) {
            this.router = router;
        }

        /** @param queue where messages wait; 0 if there is no such queue */
        void keeper(int queue) {
            keeper = queue;
        }

        @Override
        public void check(BindingSpec binding) {
            router.check(binding);
        }

        @Override
        public void bind(BindingSpec binding, int destination) {
            router.bind(binding, destination);
        }

        @Override
        public void unbind(BindingSpec binding, int destination) {
            router.unbind(binding, destination);
        }

        @Override
        public void route(RoutedMessage message, Targets targets) {
            if (keeper != 0 && message.delay() > 0) {
                targets.add(keeper);
            } else {
                router.route(message, targets);
            }
        }

        @Override
        public List<byte[]> recent() {
            return router.recent();
        }

        @Override
        public void close() {
            router.close();
        }

        @Override
        public boolean byKeyAlone() {
            return false;
        }

        @Override
        public boolean byEachKey() {
            return router.byEachKey();
        }
    }
}
