package io.millrace.core.vhost;

import io.millrace.core.feature.Declared;
import io.millrace.core.feature.QueueFeatures;
import io.millrace.core.model.QueueSpec;
import org.jspecify.annotations.Nullable;

/**
 * Gives queues that were declared alike and are ruled alike the same features: of very many queues most are, and what they
 * share is near to hand when the next of them is used. Remembers what it gave last. Owner's thread.
 */
final class SharedFeatures {
    private @Nullable Declared last;
    private @Nullable QueueFeatures given;

    QueueFeatures of(Declared queue) {
        QueueFeatures known = given;
        if (known == null || last == null || !alike(last, queue)) {
            known = QueueFeatures.of(queue);
            last = queue;
            given = known;
        }
        return known;
    }

    /** Features do not depend on names. */
    private static boolean alike(Declared one, Declared other) {
        QueueSpec a = one.spec();
        QueueSpec b = other.spec();
        return a.durable() == b.durable()
                && a.exclusive() == b.exclusive()
                && a.autoDelete() == b.autoDelete()
                && a.arguments().equals(b.arguments())
                && one.policy().equals(other.policy());
    }
}
