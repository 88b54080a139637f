package io.millrace.core.vhost;

import io.millrace.core.queue.SequenceSet;

/** What a queue with times keeps besides them: the messages whose time is over and that have not left yet. Soft. */
final class Overdue {
    /** Not ready any more, held by nobody, about to leave. */
    final SequenceSet dying = new SequenceSet();

    final SequenceSet.RangeVisitor adder = dying::addRange;
    final Agenda.Entry wake;

    /** Messages from this sequence on have not been offered to anybody yet: one whose time is 0 may be taken once. */
    long freshFrom;
    /** Whether a record is being read, without which the first of {@link #dying} cannot leave. */
    boolean reading;

    Overdue(Agenda.Entry wake) {
        this.wake = wake;
    }
}
