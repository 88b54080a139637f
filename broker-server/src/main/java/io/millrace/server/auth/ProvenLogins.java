package io.millrace.server.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers which passwords have been proven right.
 *
 * <p>A proof costs about 100 ms of a processor. When a broker comes back, all its clients come back at once: 10,000 of
 * them would take a quarter of an hour on one core. Most share a few accounts, so what was proven once is remembered as
 * HMAC(random key of this process, user and password) → the stored hash that it was proven against. The table holds no
 * password, is worth nothing without the key, which never leaves this object, and a changed password makes its entry
 * void, because the stored hash differs. A wrong password is never remembered: guessing stays as dear as it is.
 *
 * <p>Any thread.
 */
final class ProvenLogins {
    /** Entries of about 250 bytes. */
    private static final int ENTRIES_MAX = 4_096;

    private final SecretKeySpec key;
    private final Map<ByteBuffer, String> proven = new LinkedHashMap<>(16, 0.75f, true);

    ProvenLogins(SecureRandom random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        this.key = new SecretKeySpec(bytes, "HmacSHA256");
    }

    /** Whether that password was proven against that stored hash. */
    boolean holds(String user, byte[] password, String storedHash) {
        ByteBuffer digest = digest(user, password);
        synchronized (proven) {
            return storedHash.equals(proven.get(digest));
        }
    }

    /** Remembers that it was; the entry that was not used for longest makes room. */
    void add(String user, byte[] password, String storedHash) {
        ByteBuffer digest = digest(user, password);
        synchronized (proven) {
            proven.put(digest, storedHash);
            if (proven.size() > ENTRIES_MAX) {
                proven.remove(proven.keySet().iterator().next());
            }
        }
    }

    private ByteBuffer digest(String user, byte[] password) {
        try {
            byte[] name = user.getBytes(StandardCharsets.UTF_8);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            // The length keeps "ab" + "c" apart from "a" + "bc".
            mac.update(ByteBuffer.allocate(4).putInt(0, name.length));
            mac.update(name);
            mac.update(password);
            return ByteBuffer.wrap(mac.doFinal());
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("this Java runtime cannot compute HMAC-SHA256", e);
        }
    }
}
