package io.millrace.server.auth;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.core.log.memory.MemoryLog;
import io.millrace.core.system.SystemLog;
import io.millrace.core.system.User;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoginsTest {
    private static final int ROUNDS = 1_000;

    private final List<Runnable> work = new ArrayList<>();
    private final SystemLog system;
    private final Logins logins;

    LoginsTest() throws Exception {
        system = SystemLog.open(MemoryLog.flushedBy(Runnable::run), () -> 0, Runnable::run, cause -> {});
        logins = new Logins(system::state, work::add, ROUNDS, 3, "guest");
        system.begin("/", "guest", logins.hash(bytes("guest")));
        system.putUser("ada", logins.hash(bytes("lovelace")), List.of());
        system.putUser("nobody", "", List.of());
    }

    @Test
    void the_right_password_is_accepted_again_and_again() {
        assertEquals("ada", name(login("ada", "lovelace", false)));
        assertEquals("ada", name(login("ada", "lovelace", false)));
    }

    @Test
    void wrong_passwords_unknown_users_and_users_without_a_password_are_refused_alike() {
        assertNull(login("ada", "byron", true));
        assertNull(login("eve", "", true));
        assertNull(login("nobody", "", true));
        assertNull(login("", "", true));
    }

    @Test
    void a_user_of_this_machine_is_refused_elsewhere() {
        assertEquals("guest", name(login("guest", "guest", true)));
        assertNull(login("guest", "guest", false));
    }

    @Test
    void a_changed_password_makes_the_remembered_one_void() {
        assertNotNull(login("ada", "lovelace", true));
        system.putUser("ada", logins.hash(bytes("new")), List.of());
        assertNull(login("ada", "lovelace", true));
        assertNotNull(login("ada", "new", true));
        system.deleteUser("ada");
        assertNull(login("ada", "new", true));
    }

    @Test
    void logins_beyond_the_bound_are_refused_at_once_and_room_comes_back() {
        List<@Nullable User> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            logins.check("ada", bytes("lovelace"), true, Runnable::run, answers::add);
        }
        assertEquals(2, answers.size());
        assertNull(answers.get(0));
        runAll();
        assertEquals(5, answers.size());
        assertEquals("ada", name(answers.get(4)));
        assertEquals("ada", name(login("ada", "lovelace", true)));
    }

    @Test
    void the_password_is_erased() {
        for (int i = 0; i < 2; i++) {
            byte[] password = bytes("lovelace");
            logins.check("ada", password, true, Runnable::run, user -> {});
            runAll();
            assertArrayEquals(new byte[8], password);
        }
    }

    @Test
    void a_password_that_was_proven_is_answered_without_a_worker() {
        login("ada", "lovelace", true);
        List<@Nullable User> answers = new ArrayList<>();
        logins.check("ada", bytes("lovelace"), true, Runnable::run, answers::add);
        assertEquals(1, answers.size());
        assertEquals("ada", name(answers.get(0)));
        assertEquals(List.of(), work);
    }

    @Test
    void whoever_may_not_come_from_there_waits_for_a_worker_whatever_was_proven() {
        login("guest", "guest", true);
        for (String password : List.of("guest", "wrong")) {
            logins.check("guest", bytes(password), false, Runnable::run, user -> assertNull(user));
            assertEquals(1, work.size());
            runAll();
        }
    }

    private @Nullable User login(String user, String password, boolean loopback) {
        List<@Nullable User> answers = new ArrayList<>();
        logins.check(user, bytes(password), loopback, Runnable::run, answers::add);
        runAll();
        assertEquals(1, answers.size());
        return answers.get(0);
    }

    private void runAll() {
        List<Runnable> now = List.copyOf(work);
        work.clear();
        now.forEach(Runnable::run);
    }

    private static @Nullable String name(@Nullable User user) {
        return user == null ? null : user.name();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
