package io.millrace.core.event;

import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.store.Segments.Run;
import java.nio.ByteBuffer;
import java.util.List;

/** Every event that a virtual host's log can hold, in the order in which they were decided. */
public interface HostEvents {
    /** An exchange is there now. */
    void exchangeDeclared(ExchangeSpec spec);

    /** An exchange is gone, with its bindings. */
    void exchangeDeleted(String name);

    /** A queue is there now. */
    void queueDeclared(int queue, QueueSpec spec);

    /** A queue is gone, with its bindings and messages. */
    void queueDeleted(int queue);

    /** A binding is there now. */
    void bound(BindingSpec spec);

    /** A binding is gone. */
    void unbound(BindingSpec spec);

    /** A message came to these places. {@code record} is valid during the call. */
    void appended(Slots slots, ByteBuffer record, int recordAt);

    /** Messages of a queue, from {@code first} to {@code last}, left for good. */
    void settled(int queue, long first, long last, Cause cause);

    /** Messages of a queue went back to their places after an attempt. */
    void requeued(int queue, long first, long last);

    /** A message left {@code queue} and came, with its death written in it, to these places: one step. */
    void deadLettered(int queue, long sequence, Slots slots, ByteBuffer record, int recordAt);

    /** Messages of a queue up to this sequence may have been seen by a consumer. */
    void offered(int queue, long upTo);

    /** What was live in these stretches lies in a segment now. */
    void moved(long segment, List<Run> runs);

    /** What is live in these stretches, which lay in the segment {@code from}, lies in another one now. */
    void compacted(long from, long segment, List<Run> runs);

    /** A message with that id comes into a queue, in the same frame, at that time, milliseconds since the epoch. */
    void remembered(int queue, String id, long at);
}
