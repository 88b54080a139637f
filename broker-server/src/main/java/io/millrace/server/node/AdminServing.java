package io.millrace.server.node;

import io.millrace.server.auth.Logins;
import io.millrace.server.http.HttpAdmin;
import io.vertx.core.Vertx;
import java.net.URI;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Serves the management interface, with a token that is new with each start. */
final class AdminServing {
    private static final int TOKEN_BYTES = 32;
    private static final long REQUEST_MILLIS_MAX = 10_000;

    private final Administration administration;
    private final Logins logins;
    private final SecureRandom random;
    private @Nullable HttpAdmin http;

    AdminServing(Administration administration, Logins logins, SecureRandom random) {
        this.administration = administration;
        this.logins = logins;
        this.random = random;
    }

    /**
     * Listens. Blocking.
     *
     * @param port 0 takes a free one
     */
    AdminAccess listen(Vertx vertx, Executor workers, int port) throws ListenException {
        byte[] secret = new byte[TOKEN_BYTES];
        random.nextBytes(secret);
        String token = HexFormat.of().formatHex(secret);
        HttpAdmin serving = new HttpAdmin(
                vertx,
                token,
                administration,
                (user, password, on, answer) -> logins.check(user, password, true, on, answer::take),
                workers,
                REQUEST_MILLIS_MAX);
        http = serving;
        try {
            URI uri = serving.listen(port);
            administration.served(uri);
            return new AdminAccess(uri, token);
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ListenException(
                    "cannot serve the management interface at 127.0.0.1:" + port + ": " + cause.getMessage()
                            + "; choose another admin.port, or end who holds it",
                    cause);
        }
    }

    void close() {
        HttpAdmin serving = http;
        if (serving != null) {
            serving.close();
        }
    }
}
