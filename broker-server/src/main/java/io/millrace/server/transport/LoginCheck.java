package io.millrace.server.transport;

import io.millrace.core.system.User;
import io.millrace.server.amqp091.Authenticator;
import io.millrace.server.auth.Logins;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Lets a connection's client in, by password or certificate. On the connection's event loop. */
final class LoginCheck implements Authenticator {
    private final Logins logins;
    private final Executor later;
    private final BooleanSupplier gone;

    /**
     * @param later the connection's event loop
     * @param gone whether nobody waits for an answer any more
     */
    LoginCheck(Logins logins, Executor later, BooleanSupplier gone) {
        this.logins = logins;
        this.later = later;
        this.gone = gone;
    }

    @Override
    public void authenticate(String user, byte[] password, boolean loopback, Callback callback) {
        User before = logins.provenBefore(user, password, loopback);
        if (before != null) {
            // At once: a task for it would split the answers to a client that does not wait for each.
            answer(before, callback);
            return;
        }
        logins.check(user, password, loopback, later, known -> {
            if (!gone.getAsBoolean()) {
                answer(known, callback);
            }
        });
    }

    @Override
    public void identify(String user, boolean loopback, Callback callback) {
        answer(logins.certified(user, loopback), callback);
    }

    private static void answer(@Nullable User known, Callback callback) {
        if (known == null) {
            callback.refused();
        } else {
            callback.accepted(known.tags().contains(User.IMPERSONATOR));
        }
    }
}
