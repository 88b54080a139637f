package io.millrace.server.auth;

import io.millrace.core.system.SystemState;
import io.millrace.core.system.User;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks names and passwords on workers. Any thread may ask.
 *
 * <p>An unknown user costs the same work and gets the same answer as a wrong password: neither the time nor the text
 * tells which names exist.
 */
public final class Logins {
    /** Takes the answer. */
    @FunctionalInterface
    public interface Answer {
        /**
         * One call, on the executor that was named.
         *
         * @param user the user, or null if refused
         */
        void take(@Nullable User user);
    }

    /** Replaces stored hashes. */
    @FunctionalInterface
    public interface Upgrade {
        /** Replaces a user's hash by another one of the same password, later. Any thread. */
        void replace(String user, String oldHash, String newHash);
    }

    private volatile Upgrade upgrade = (user, oldHash, newHash) -> {};
    private final Supplier<SystemState> definitions;
    private final Executor workers;
    private final int rounds;
    private final int pendingMax;
    private final @Nullable String loopbackOnlyUser;
    private final SecureRandom random = new SecureRandom();
    private final ProvenLogins proven = new ProvenLogins(random);
    private final PasswordHash decoy;
    private final AtomicInteger pending = new AtomicInteger();

    /**
     * @param definitions the users as they are now
     * @param workers where passwords are hashed; its threads bound how many processors logins may take
     * @param rounds of PBKDF2 for new passwords
     * @param pendingMax logins that may wait; what comes beyond is refused at once, because with a tenth of a second each
     *     its turn would come after its handshake has timed out
     * @param loopbackOnlyUser the name of the user who may come from this machine only, or null
     */
    public Logins(
            Supplier<SystemState> definitions,
            Executor workers,
            int rounds,
            int pendingMax,
            @Nullable String loopbackOnlyUser) {
        this.definitions = definitions;
        this.workers = workers;
        this.rounds = rounds;
        this.pendingMax = pendingMax;
        this.loopbackOnlyUser = loopbackOnlyUser;
        this.decoy = PasswordHash.decoy(rounds, random);
    }

    /** The text to be stored for a new password. Takes about a tenth of a second: a worker's business. */
    public String hash(byte[] password) {
        return PasswordHash.of(password, rounds, random).encoded();
    }

    /**
     * Checks a name and a password.
     *
     * @param password the caller gives it away; it is erased
     * @param loopback whether the client is on this machine
     * @param answerOn where the answer is given
     */
    public void check(String name, byte[] password, boolean loopback, Executor answerOn, Answer answer) {
        User known = provenBefore(name, password, loopback);
        if (known != null) {
            answerOn.execute(() -> answer.take(known));
            return;
        }
        if (pending.incrementAndGet() > pendingMax) {
            pending.decrementAndGet();
            answerOn.execute(() -> answer.take(null));
            return;
        }
        try {
            workers.execute(() -> work(name, password, loopback, answerOn, answer));
        } catch (RejectedExecutionException stopping) {
            pending.decrementAndGet();
            answerOn.execute(() -> answer.take(null));
        }
    }

    /**
     * The user, if this very password was proven before and still stands: microseconds, so it is done where it is asked.
     * Whoever is told by the time that this was so has sent the right password.
     *
     * @param password erased if it was; else {@link #check} is to be asked
     */
    public @Nullable User provenBefore(String name, byte[] password, boolean loopback) {
        User user = definitions.get().user(name);
        if (user == null || !mayComeFrom(name, loopback) || !proven.holds(name, password, user.passwordHash())) {
            return null;
        }
        Arrays.fill(password, (byte) 0);
        return user;
    }

    /** The user of a name that a certificate has proved; null if there is none, or if it may not come from there. */
    public @Nullable User certified(String name, boolean loopback) {
        User user = definitions.get().user(name);
        return user != null && mayComeFrom(name, loopback) ? user : null;
    }

    /** Checks a hash of another broker and replaces it by one of ours. Takes as long as any other check. */
    private boolean moved(User user, StoredPassword foreign, byte[] password) {
        if (!foreign.matches(password)) {
            decoy.matches(password);
            return false;
        }
        upgrade.replace(user.name(), user.passwordHash(), hash(password));
        return true;
    }

    /** From now on a hash that came from another broker is replaced at its user's next login. */
    public void upgradeBy(Upgrade by) {
        this.upgrade = by;
    }

    private boolean mayComeFrom(String name, boolean loopback) {
        return loopback || !name.equals(loopbackOnlyUser);
    }

    private void work(String name, byte[] password, boolean loopback, Executor answerOn, Answer answer) {
        User user = null;
        try {
            user = checked(name, password, loopback);
        } finally {
            pending.decrementAndGet();
            Arrays.fill(password, (byte) 0);
            User known = user;
            answerOn.execute(() -> answer.take(known));
        }
    }

    private @Nullable User checked(String name, byte[] password, boolean loopback) {
        User user = definitions.get().user(name);
        PasswordHash stored = user == null ? null : PasswordHash.parse(user.passwordHash());
        StoredPassword foreign = user == null ? null : StoredPassword.parse(user.passwordHash());
        if (user != null && foreign != null) {
            return moved(user, foreign, password) && mayComeFrom(name, loopback) ? user : null;
        }
        if (user == null || stored == null) {
            // The result is false; the work is what matters.
            decoy.matches(password);
            return null;
        }
        // Another login may have proven it while this one waited. Who may not come from there gets no short way: the
        // time
        // of the refusal would tell whether the password was right.
        boolean welcome = mayComeFrom(name, loopback);
        if (!welcome || !proven.holds(name, password, user.passwordHash())) {
            if (!stored.matches(password)) {
                return null;
            }
            proven.add(name, password, user.passwordHash());
        }
        return welcome ? user : null;
    }
}
