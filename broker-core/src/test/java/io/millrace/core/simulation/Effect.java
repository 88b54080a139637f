package io.millrace.core.simulation;

import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.QueueSpec;

/** What an event changes. */
sealed interface Effect {
    /** A message is in a place. */
    record Arrived(Copy copy) implements Effect {}

    /** A message is in a place no more. */
    record Left(int queue, long sequence) implements Effect {}

    /** An attempt ended. */
    record Requeued(int queue, long sequence) implements Effect {}

    /** Messages up to there may be seen. */
    record Offered(int queue, long upTo) implements Effect {}

    /** A queue knows an id, since that time, by that frame. */
    record Remembered(int queue, String id, long at, long position) implements Effect {}

    /** A queue is there. */
    record QueueDeclared(int id, QueueSpec spec) implements Effect {}

    /** A queue is gone. */
    record QueueDeleted(int id) implements Effect {}

    /** An exchange is there. */
    record ExchangeDeclared(ExchangeSpec spec) implements Effect {}

    /** An exchange is gone. */
    record ExchangeDeleted(String name) implements Effect {}

    /** A binding is there. */
    record Bound(BindingSpec spec) implements Effect {}

    /** A binding is gone. */
    record Unbound(BindingSpec spec) implements Effect {}
}
