package io.millrace.server.auth;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.ShortBufferException;
import org.jspecify.annotations.Nullable;

/**
 * A password as it is stored: PBKDF2 with HMAC-SHA256 and a salt of its own.
 *
 * <p>As text: {@code pbkdf2-sha256$rounds$salt$key}, the last two in Base64, so that rounds may change between users and
 * other functions may come.
 *
 * @param rounds iterations, 1..10,000,000
 * @param salt 16 bytes
 * @param key 32 bytes
 */
record PasswordHash(int rounds, byte[] salt, byte[] key) {
    static final String FUNCTION = "pbkdf2-sha256";
    private static final int SALT_BYTES = 16;
    private static final int KEY_BYTES = 32;
    private static final int ROUNDS_MAX = 10_000_000;

    /** Hashes a new password. Takes about half a microsecond a round. */
    static PasswordHash of(byte[] password, int rounds, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new PasswordHash(rounds, salt, derive(password, salt, rounds));
    }

    /** A hash that no password has: costs what a real one costs, and never matches. */
    static PasswordHash decoy(int rounds, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(salt);
        random.nextBytes(key);
        return new PasswordHash(rounds, salt, key);
    }

    /** The hash in that text, or null if it is none, such as the empty text of a user without a password. */
    static @Nullable PasswordHash parse(String text) {
        String[] parts = text.split("\\$", -1);
        if (parts.length != 4 || !parts[0].equals(FUNCTION)) {
            return null;
        }
        try {
            int rounds = Integer.parseInt(parts[1]);
            byte[] salt = Base64.getDecoder().decode(parts[2]);
            byte[] key = Base64.getDecoder().decode(parts[3]);
            if (rounds < 1 || rounds > ROUNDS_MAX || salt.length != SALT_BYTES || key.length != KEY_BYTES) {
                return null;
            }
            return new PasswordHash(rounds, salt, key);
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
    }

    /** Whether this is the hash of that password; the time tells nothing about where the keys differ. */
    boolean matches(byte[] password) {
        return MessageDigest.isEqual(key, derive(password, salt, rounds));
    }

    /** The text to be stored. */
    String encoded() {
        Base64.Encoder base64 = Base64.getEncoder();
        return FUNCTION + "$" + rounds + "$" + base64.encodeToString(salt) + "$" + base64.encodeToString(key);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return FUNCTION + " with " + rounds + " rounds";
    }

    /**
     * RFC 8018, 5.2, for a key of one block. On bytes and not by the platform's key factory, which takes characters: a
     * password is whatever bytes the client sent, valid text or not, and may be empty.
     */
    private static byte[] derive(byte[] password, byte[] salt, int rounds) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new PasswordKey(password));
            mac.update(salt);
            mac.update(new byte[] {0, 0, 0, 1});
            byte[] block = mac.doFinal();
            byte[] key = block.clone();
            for (int round = 1; round < rounds; round++) {
                mac.update(block);
                mac.doFinal(block, 0);
                for (int i = 0; i < KEY_BYTES; i++) {
                    key[i] ^= block[i];
                }
            }
            return key;
        } catch (NoSuchAlgorithmException | InvalidKeyException | ShortBufferException e) {
            throw new IllegalStateException("this Java runtime cannot compute HMAC-SHA256", e);
        }
    }

    /** The usual key class refuses an empty password. */
    private static final class PasswordKey implements SecretKey {
        private static final long serialVersionUID = 1L;

        private final byte[] password;

        PasswordKey(byte[] password) {
            this.password = password;
        }

        @Override
        public String getAlgorithm() {
            return "HmacSHA256";
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            return password.clone();
        }
    }

    /** The bytes of a configured password. */
    static byte[] bytes(String password) {
        return password.getBytes(StandardCharsets.UTF_8);
    }
}
