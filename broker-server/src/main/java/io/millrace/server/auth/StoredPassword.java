package io.millrace.server.auth;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A password hash that came with a user from another broker: a salt of 4 bytes and a digest of salt and password, in one
 * Base64. As text here: {@code algorithm$base64}. Such a digest is fast to compute, which is why it is replaced by ours at
 * the user's next login.
 *
 * @param digest the name of the digest
 * @param salt 4 bytes
 * @param hash the digest of salt and password
 */
public record StoredPassword(String digest, byte[] salt, byte[] hash) {
    private static final int SALT_BYTES = 4;
    private static final Map<String, String> DIGESTS = Map.of(
            "rabbit_password_hashing_sha256", "SHA-256",
            "rabbit_password_hashing_sha512", "SHA-512",
            "rabbit_password_hashing_md5", "MD5");

    /** The algorithms that definitions may name. */
    public static final List<String> ALGORITHMS = List.of(
            "rabbit_password_hashing_sha256",
            "rabbit_password_hashing_sha512",
            "rabbit_password_hashing_md5",
            PasswordHash.FUNCTION);

    /**
     * The text to be stored for a hash in definitions.
     *
     * @return null if it is no hash of that algorithm
     */
    public static @Nullable String imported(String algorithm, String hash) {
        String text = algorithm + "$" + hash;
        if (PasswordHash.parse(text) != null || parse(text) != null) {
            return text;
        }
        return PasswordHash.parse(hash) == null ? null : hash;
    }

    /** What definitions say of a stored hash, without the algorithm; empty if no password lets the user in. */
    public static String exportedHash(String stored) {
        return stored.substring(stored.indexOf('$') + 1);
    }

    /** The algorithm of a stored hash, as definitions name it. */
    public static String exportedAlgorithm(String stored) {
        int end = stored.indexOf('$');
        return end < 0 ? "rabbit_password_hashing_sha256" : stored.substring(0, end);
    }

    /** The hash in that text, or null if it is none. */
    static @Nullable StoredPassword parse(String text) {
        int end = text.indexOf('$');
        String digest = end < 0 ? null : DIGESTS.get(text.substring(0, end));
        if (digest == null) {
            return null;
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(text.substring(end + 1));
            if (bytes.length != SALT_BYTES + digest(digest).getDigestLength()) {
                return null;
            }
            return new StoredPassword(
                    digest, Arrays.copyOf(bytes, SALT_BYTES), Arrays.copyOfRange(bytes, SALT_BYTES, bytes.length));
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    /** Whether this is the hash of that password; the time tells nothing about where they differ. */
    boolean matches(byte[] password) {
        MessageDigest computed = digest(digest);
        computed.update(salt);
        return MessageDigest.isEqual(hash, computed.digest(password));
    }

    private static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime cannot compute " + name, e);
        }
    }

    /** Without the hash. */
    @Override
    public String toString() {
        return "a password hash by " + digest;
    }
}
