package io.millrace.core.routing;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** The kinds of exchange that can be declared, by name. Immutable. */
public final class ExchangeTypes {
    private final Map<String, ExchangeType> byName = new LinkedHashMap<>();

    /** @throws IllegalArgumentException if two have the same name */
    public ExchangeTypes(List<ExchangeType> types) {
        for (ExchangeType type : types) {
            if (byName.put(type.name(), type) != null) {
                throw new IllegalArgumentException("two exchange types are named '" + type.name() + "'");
            }
        }
    }

    /** The four of AMQP 0-9-1: direct, fanout, topic, headers. */
    public static ExchangeTypes standard() {
        return new ExchangeTypes(
                List.of(new DirectExchange(), new FanoutExchange(), new TopicExchange(), new HeadersExchange()));
    }

    /**
     * All that this broker has.
     *
     * @param random numbers with all bits random
     */
    public static ExchangeTypes all(LongSupplier random) {
        List<ExchangeType> types = new ArrayList<>(List.of(
                new DirectExchange(),
                new FanoutExchange(),
                new TopicExchange(),
                new HeadersExchange(),
                new ConsistentHashExchange(),
                new ModulusHashExchange(),
                new RandomExchange("x-random", random),
                new RandomExchange("x-local-random", random),
                new RecentHistoryExchange()));
        types.add(new DelayedExchange(new ExchangeTypes(types)));
        return new ExchangeTypes(types);
    }

    /** The types, in the order of registration. */
    List<ExchangeType> types() {
        return List.copyOf(byName.values());
    }

    /** The names, in the order of registration. */
    public List<String> names() {
        return List.copyOf(byName.keySet());
    }

    /**
     * The exchange type of that name.
     *
     * @throws BrokerException {@link ErrorCode#PRECONDITION_FAILED} if there is none
     */
    public ExchangeType get(String name) {
        ExchangeType type = byName.get(name);
        if (type == null) {
            throw new BrokerException(ErrorCode.PRECONDITION_FAILED, "unknown exchange type '" + name + "'");
        }
        return type;
    }
}
