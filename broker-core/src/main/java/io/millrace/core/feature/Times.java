package io.millrace.core.feature;

import org.jspecify.annotations.Nullable;

/** {@code x-message-ttl}, {@code x-expires} and {@code x-consumer-timeout}, with the policy keys of the same names. */
final class Times implements QueueFeature {
    private final long messageTtl;
    private final long expires;
    private final long consumerTimeout;

    private Times(long messageTtl, long expires, long consumerTimeout) {
        this.messageTtl = messageTtl;
        this.expires = expires;
        this.consumerTimeout = consumerTimeout;
    }

    static @Nullable QueueFeature of(Declared queue) {
        long ttl = or(queue.number("message-ttl"), -1);
        long expires = or(queue.number("expires"), 0);
        long timeout = or(queue.number("consumer-timeout"), 0);
        return ttl < 0 && expires == 0 && timeout == 0 ? null : new Times(ttl, expires, timeout);
    }

    @Override
    public long messageTtl() {
        return messageTtl;
    }

    @Override
    public long expires() {
        return expires;
    }

    @Override
    public long consumerTimeout() {
        return consumerTimeout;
    }

    private static long or(@Nullable Long number, long otherwise) {
        return number == null ? otherwise : number;
    }
}
