package io.millrace.benchmarks.load;

import io.millrace.benchmarks.wire.Address;
import io.millrace.benchmarks.wire.Channels;
import io.millrace.benchmarks.wire.Link;

/** Consumes from a queue and never reads what comes. */
public final class SilentConsumer implements AutoCloseable {
    private final Link link;

    /** @param queue whose messages it is sent, without a limit of its own */
    public SilentConsumer(Address address, QueueLoad queue) {
        link = Link.open(address, "millrace-bench-silent");
        new Channels(link).open(1);
        link.write(Channels.consume(1, queue.name(), "c", false).written());
    }

    @Override
    public void close() {
        link.close();
    }
}
