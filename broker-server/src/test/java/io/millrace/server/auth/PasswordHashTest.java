package io.millrace.server.auth;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Objects;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
    private static final int ROUNDS = 1_000;
    private final SecureRandom random = new SecureRandom();

    @Test
    void the_key_is_what_the_platform_derives_too() throws Exception {
        PasswordHash hash = PasswordHash.of("pässword".getBytes(StandardCharsets.UTF_8), ROUNDS, random);
        byte[] expected = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(new PBEKeySpec("pässword".toCharArray(), hash.salt(), ROUNDS, 256))
                .getEncoded();
        assertArrayEquals(expected, hash.key());
    }

    @Test
    void a_stored_hash_knows_its_password_and_no_other() {
        String stored =
                PasswordHash.of(new byte[] {1, 2, (byte) 0xFF}, ROUNDS, random).encoded();
        PasswordHash read = Objects.requireNonNull(PasswordHash.parse(stored));
        assertTrue(read.matches(new byte[] {1, 2, (byte) 0xFF}));
        assertFalse(read.matches(new byte[] {1, 2}));
        assertFalse(read.matches(new byte[0]));
        assertEquals(ROUNDS, read.rounds());
    }

    @Test
    void an_empty_password_is_a_password() {
        assertTrue(PasswordHash.of(new byte[0], ROUNDS, random).matches(new byte[0]));
    }

    @Test
    void equal_passwords_are_stored_differently_and_are_never_printed() {
        PasswordHash one = PasswordHash.of(new byte[] {1}, ROUNDS, random);
        PasswordHash other = PasswordHash.of(new byte[] {1}, ROUNDS, random);
        assertNotEquals(one.encoded(), other.encoded());
        assertEquals("pbkdf2-sha256 with 1000 rounds", one.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "pbkdf2-sha256$1000$AAAA$AAAA",
                "pbkdf2-sha256$0$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "pbkdf2-sha256$99999999999$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "pbkdf2-sha256$1000$!$!",
                "bcrypt$1000$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
            })
    void what_is_no_hash_of_ours_lets_nobody_in(String stored) {
        assertNull(PasswordHash.parse(stored));
    }

    @Test
    void a_decoy_costs_the_same_and_matches_nothing() {
        PasswordHash decoy = PasswordHash.decoy(ROUNDS, random);
        assertEquals(ROUNDS, decoy.rounds());
        assertNotNull(PasswordHash.parse(decoy.encoded()));
        assertFalse(decoy.matches(new byte[0]));
    }
}
