package io.millrace.server.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who asks: the operator by the token of the run file, users by name and password. Refuses requests that were
 * meant for another name than this machine's own: a web page may have led a browser here. One event loop.
 */
final class Gate {
    private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";

    private final byte[] token;
    private final Credentials credentials;
    private final FailedLogins failed = new FailedLogins();

    Gate(String token, Credentials credentials) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
        this.credentials = credentials;
    }

    /** Refuses names that are not this machine's own. */
    static void checkHost(@Nullable String host) {
        String name = host == null ? "" : host.toLowerCase(Locale.ROOT).replaceFirst(":[0-9]{1,5}$", "");
        if (!NAMES.contains(name)) {
            throw new Refusal(
                    403, "forbidden_host", "this interface serves requests to localhost, 127.0.0.1 and [::1] only");
        }
    }

    /**
     * Finds out who asks; exactly one of the two is called.
     *
     * @param authorization the header
     * @param loop this object's thread
     */
    void identify(@Nullable String authorization, Executor loop, Consumer<Caller> admitted, Consumer<Refusal> refused) {
        String header = authorization == null ? "" : authorization;
        String scheme = header.toLowerCase(Locale.ROOT);
        if (scheme.startsWith(BEARER)) {
            byte[] shown = header.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8);
            if (MessageDigest.isEqual(shown, token)) {
                admitted.accept(Caller.OPERATOR);
            } else {
                refused.accept(unknown());
            }
        } else if (scheme.startsWith(BASIC)) {
            basic(header.substring(BASIC.length()).strip(), loop, admitted, refused);
        } else {
            refused.accept(unknown());
        }
    }

    private void basic(String encoded, Executor loop, Consumer<Caller> admitted, Consumer<Refusal> refused) {
        byte[] pair;
        try {
            pair = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException notBase64) {
            refused.accept(unknown());
            return;
        }
        int colon = 0;
        while (colon < pair.length && pair[colon] != ':') {
            colon++;
        }
        if (colon == pair.length) {
            refused.accept(unknown());
            return;
        }
        String user = new String(pair, 0, colon, StandardCharsets.UTF_8);
        byte[] password = Arrays.copyOfRange(pair, colon + 1, pair.length);
        Arrays.fill(pair, (byte) 0);
        if (failed.tooMany(user, System.nanoTime())) {
            refused.accept(new Refusal(
                    429, "too_many_requests", "too many failed logins of this user; wait a minute and try again"));
            return;
        }
        credentials.check(user, password, loop, known -> {
            if (known == null) {
                failed.failed(user, System.nanoTime());
                refused.accept(unknown());
                return;
            }
            Caller caller = new Caller(known.name(), known.tags());
            if (caller.manages()) {
                admitted.accept(caller);
            } else {
                refused.accept(
                        new Refusal(401, "not_authorised", "the user has none of the tags administrator, monitoring"));
            }
        });
    }

    private static Refusal unknown() {
        return new Refusal(401, "not_authorised", "Login failed");
    }
}
