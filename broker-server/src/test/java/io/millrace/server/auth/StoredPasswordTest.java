package io.millrace.server.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.memory.MemoryLog;
import io.millrace.core.system.SystemLog;
import io.millrace.core.system.User;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredPasswordTest {
    /** Salt 908DC60A, password test12: the example that the format's documentation gives. */
    private static final String EXAMPLE = "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR";

    @Test
    void the_documented_example_matches_its_password_only() {
        StoredPassword stored = StoredPassword.parse(imported("rabbit_password_hashing_sha256", EXAMPLE));
        assertNotNull(stored);
        assertTrue(stored.matches(bytes("test12")));
        assertFalse(stored.matches(bytes("test13")));
        assertFalse(stored.matches(bytes("")));
    }

    @ParameterizedTest
    @CsvSource({
        "rabbit_password_hashing_sha256, SHA-256",
        "rabbit_password_hashing_sha512, SHA-512",
        "rabbit_password_hashing_md5, MD5"
    })
    void a_hash_of_every_algorithm_lets_in_and_is_then_ours(String algorithm, String digest) throws Exception {
        MessageDigest hash = MessageDigest.getInstance(digest);
        byte[] salt = {1, 2, 3, 4};
        hash.update(salt);
        byte[] hashed = hash.digest(bytes("secret"));
        byte[] whole = new byte[4 + hashed.length];
        System.arraycopy(salt, 0, whole, 0, 4);
        System.arraycopy(hashed, 0, whole, 4, hashed.length);
        String stored = imported(algorithm, Base64.getEncoder().encodeToString(whole));
        assertEquals(algorithm, StoredPassword.exportedAlgorithm(stored));
        SystemLog system = SystemLog.open(MemoryLog.flushedBy(Runnable::run), () -> 0, Runnable::run, cause -> {});
        Logins logins = new Logins(system::state, Runnable::run, 1_000, 3, null);
        logins.upgradeBy(system::replaceHash);
        system.putUser("ada", stored, List.of());
        assertNull(login(logins, "wrong"));
        assertEquals(stored, hashOf(system));
        assertNotNull(login(logins, "secret"));
        String ours = hashOf(system);
        assertTrue(ours.startsWith("pbkdf2-sha256$"), ours);
        assertNotNull(login(logins, "secret"));
        assertNull(login(logins, "wrong"));
        assertEquals(ours, imported(StoredPassword.exportedAlgorithm(ours), StoredPassword.exportedHash(ours)));
    }

    @Test
    void what_is_no_hash_of_its_algorithm_is_not_taken() {
        assertNull(StoredPassword.imported("rabbit_password_hashing_sha512", EXAMPLE));
        assertNull(StoredPassword.imported("rabbit_password_hashing_rot13", EXAMPLE));
        assertNull(StoredPassword.imported("rabbit_password_hashing_sha256", "no base64!"));
        assertNull(StoredPassword.imported("rabbit_password_hashing_sha256", ""));
    }

    private static String imported(String algorithm, String hash) {
        return Objects.requireNonNull(StoredPassword.imported(algorithm, hash), algorithm);
    }

    private static String hashOf(SystemLog system) {
        return Objects.requireNonNull(system.state().user("ada")).passwordHash();
    }

    private static @Nullable User login(Logins logins, String password) {
        AtomicReference<@Nullable User> answer = new AtomicReference<>();
        logins.check("ada", bytes(password), true, Runnable::run, answer::set);
        return answer.get();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
