package io.millrace.core.vhost;

import io.millrace.core.queue.SequenceSet;
import java.util.Arrays;

/** What a queue with times keeps besides them: the messages whose time is over and that have not left yet. Soft. */
final class Overdue {
    /** Not ready any more, held by nobody, about to leave. */
    final SequenceSet dying = new SequenceSet();

    final SequenceSet.RangeVisitor adder = dying::addRange;
    final Agenda.Entry wake;

    /** Of a hidden queue instead: those that have to go, in the order of their times, from {@link #next} on. */
    long[] going = new long[8];

    int next;
    int last;

    /** Messages from this sequence on have not been offered to anybody yet: one whose time is 0 may be taken once. */
    long freshFrom;
    /** Whether a record is being read, without which the first of {@link #dying} cannot leave. */
    boolean reading;

    Overdue(Agenda.Entry wake) {
        this.wake = wake;
    }

    /** Whether nothing has to leave. */
    boolean isDone() {
        return dying.isEmpty() && next == last;
    }

    void goes(long sequence) {
        if (next == last) {
            next = 0;
            last = 0;
        }
        if (last == going.length) {
            going = Arrays.copyOf(going, last * 2);
        }
        going[last++] = sequence;
    }
}
