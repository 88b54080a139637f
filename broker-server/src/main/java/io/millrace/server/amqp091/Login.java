package io.millrace.server.amqp091;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who a client says it is, out of connection.start-ok.
 *
 * @param user the name
 * @param password the password; whoever checks it may erase it; null if the transport has proved the name
 */
record Login(String user, byte @Nullable [] password) {
    /** The mechanisms that connection.start offers to such a client, with blanks between them. */
    static String mechanisms(PeerIdentity identity) {
        String passwords = identity.mayUsePassword() ? "PLAIN AMQPLAIN" : "";
        String external = identity.certifiedUser() == null ? "" : " EXTERNAL";
        return (passwords + external).strip();
    }

    /**
     * Reads the response of a mechanism.
     *
     * @return null if that mechanism was not offered, or if the response is none of its
     */
    static @Nullable Login of(String mechanism, byte[] response, PeerIdentity identity) {
        boolean passwords = identity.mayUsePassword();
        return switch (mechanism) {
            case "PLAIN" -> passwords ? plain(response) : null;
            case "AMQPLAIN" -> passwords ? amqplain(response) : null;
            case "EXTERNAL" -> external(identity);
            default -> null;
        };
    }

    /** The response may name an identity to act as; nobody but the certificate's may be. RabbitMQ does not look at it. */
    private static @Nullable Login external(PeerIdentity identity) {
        String user = identity.certifiedUser();
        return user == null ? null : new Login(user, null);
    }

    /** RFC 4616: authorization identity (not looked at), 0, name, 0, password. */
    private static @Nullable Login plain(byte[] response) {
        int first = zero(response, 0);
        int second = first < 0 ? -1 : zero(response, first + 1);
        if (second < 0 || zero(response, second + 1) >= 0) {
            return null;
        }
        String user = new String(response, first + 1, second - first - 1, StandardCharsets.UTF_8);
        return new Login(user, Arrays.copyOfRange(response, second + 1, response.length));
    }

    /** A field table without its length, with the strings LOGIN and PASSWORD. */
    private static @Nullable Login amqplain(byte[] response) {
        Map<String, @Nullable Object> entries;
        try {
            entries = FieldTable.decode(response, 0, response.length);
        } catch (WireException malformed) {
            return null;
        }
        return entries.get("LOGIN") instanceof String user ? passwordOf(entries.get("PASSWORD"), user) : null;
    }

    private static @Nullable Login passwordOf(@Nullable Object password, String user) {
        if (password instanceof String text) {
            return new Login(user, text.getBytes(StandardCharsets.UTF_8));
        }
        return password instanceof byte[] bytes ? new Login(user, bytes) : null;
    }

    private static int zero(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public String toString() {
        return "Login[user=" + user + "]";
    }
}
