package io.millrace.core.simulation;

import io.millrace.core.model.BrokerException;
import io.millrace.core.vhost.Reply;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A command that a client waits for. */
final class Asked implements Reply<Object> {
    final String what;
    private final List<Seen> seen;
    private final LongSupplier durable;
    /** The frame that has to be flushed before it is answered; 0 = none. */
    long needs;

    /** Whether what it does to definitions has to be flushed before it is answered. */
    boolean defines = true;

    boolean answered;
    /** Done when it was carried out. */
    Runnable then = () -> {};
    /** Done when it was refused. */
    Runnable otherwise = () -> {};

    @Nullable
    Tx tx;

    Asked(String what, List<Seen> seen, LongSupplier durable) {
        this.what = what;
        this.seen = seen;
        this.durable = durable;
    }

    @Override
    public void done(Object result) {
        seen.add(new Seen.Answered(this, "", durable.getAsLong()));
    }

    @Override
    public void refused(BrokerException why) {
        seen.add(new Seen.Answered(this, why.text(), durable.getAsLong()));
    }

    /** The same for any command. */
    @SuppressWarnings("unchecked")
    <T> Reply<T> reply() {
        return (Reply<T>) (Reply<?>) this;
    }
}
