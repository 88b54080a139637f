package io.millrace.core.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.LogException;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.policy.ApplyTo;
import io.millrace.core.policy.Policy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SystemLogTest {
    private final HeldLog log = new HeldLog();
    private final List<LogException> failures = new ArrayList<>();

    @Test
    void a_change_is_answered_only_once_it_is_durable() throws Exception {
        SystemLog system = open(log);
        CompletableFuture<SystemState> reply = future(system.createVirtualHost("orders"));
        assertFalse(reply.isDone());
        assertNull(system.state().virtualHost("orders"));
        log.flush();
        assertNotNull(reply.join().virtualHost("orders"));
        assertNotNull(system.state().virtualHost("orders"));
    }

    @Test
    void a_change_that_is_made_already_waits_for_the_one_that_made_it() throws Exception {
        SystemLog system = open(log);
        CompletableFuture<SystemState> first = future(system.createVirtualHost("orders"));
        CompletableFuture<SystemState> second = future(system.createVirtualHost("orders"));
        assertFalse(second.isDone());
        log.flush();
        assertTrue(first.isDone());
        assertEquals(1, second.join().virtualHosts().size());
        assertEquals(1, log.last());
    }

    @Test
    void begin_gives_a_new_broker_its_definitions_in_one_frame_and_an_old_one_nothing() throws Exception {
        SystemLog system = open(log);
        system.begin("/", "guest", "hash");
        assertEquals(1, log.last());
        log.flush();
        assertEquals(Permissions.ALL, system.state().permissions("guest", 1));
        assertEquals(
                List.of(User.ADMINISTRATOR),
                Objects.requireNonNull(system.state().user("guest")).tags());
        system.begin("/", "other", "hash");
        assertEquals(1, log.last());
    }

    @Test
    void a_power_cut_keeps_what_was_answered() throws Exception {
        SystemLog system = open(log);
        system.begin("/", "guest", "hash");
        log.flush();
        system.createVirtualHost("in doubt");
        SystemLog again = open(log.crash());
        assertNotNull(again.state().virtualHost("/"));
        assertNull(again.state().virtualHost("in doubt"));
    }

    @Test
    void the_number_of_a_deleted_virtual_host_is_never_given_again() throws Exception {
        SystemLog system = open(log);
        system.createVirtualHost("a");
        system.createVirtualHost("b");
        system.deleteVirtualHost("b");
        log.flush();
        future(system.checkpoint()).join();
        HeldLog survivor = log.crash();
        SystemLog again = open(survivor);
        again.createVirtualHost("c");
        survivor.flush();
        assertEquals(3, Objects.requireNonNull(again.state().virtualHost("c")).id());
    }

    @Test
    void deleting_a_virtual_host_or_a_user_takes_the_permissions_along() throws Exception {
        SystemLog system = open(log);
        system.begin("/", "guest", "hash");
        system.putUser("reader", "hash", List.of());
        system.putPermissions("reader", "/", new Permissions("", "", ".*"));
        system.deleteUser("reader");
        system.putUser("reader", "hash", List.of());
        log.flush();
        assertNull(system.state().permissions("reader", 1));
        system.deleteVirtualHost("/");
        log.flush();
        assertNull(system.state().permissions("guest", 1));
    }

    @Test
    void refusals_change_nothing_and_say_what_is_allowed() throws Exception {
        SystemLog system = open(log);
        assertEquals(ErrorCode.NOT_FOUND, refusal(system.putPermissions("nobody", "/", Permissions.ALL)));
        assertEquals(ErrorCode.PRECONDITION_FAILED, refusal(system.createVirtualHost("")));
        assertEquals(ErrorCode.PRECONDITION_FAILED, refusal(system.createVirtualHost("a\nb")));
        assertEquals(ErrorCode.PRECONDITION_FAILED, refusal(system.createVirtualHost("\ud800")));
        assertEquals(ErrorCode.PRECONDITION_FAILED, refusal(system.createVirtualHost("ü".repeat(128))));
        assertEquals(
                ErrorCode.PRECONDITION_FAILED,
                refusal(system.putPermissions("guest", "/", new Permissions("(", ".*", ".*"))));
        assertEquals(0, log.last());
    }

    @Test
    void after_the_log_has_failed_no_change_succeeds_and_it_is_told_once() throws Exception {
        SystemLog system = open(log);
        CompletableFuture<SystemState> pending = future(system.createVirtualHost("a"));
        log.fail();
        log.fail();
        assertInstanceOf(
                LogException.class,
                assertThrows(CompletionException.class, pending::join).getCause());
        assertTrue(future(system.createVirtualHost("b")).isCompletedExceptionally());
        assertEquals(1, failures.size());
        assertNull(system.state().virtualHost("a"));
    }

    @Test
    void a_newer_version_is_refused_by_name() {
        ByteBuffer newer = ByteBuffer.wrap(new byte[] {3, 0, 0, 0, 0}).order(ByteOrder.LITTLE_ENDIAN);
        LogException refused = assertThrows(LogException.class, () -> SystemEvents.read(newer, "a test"));
        assertEquals(LogException.Kind.NEWER_FORMAT, refused.kind());
    }

    @Test
    void what_version_1_has_written_is_read() throws Exception {
        ByteBuffer old = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        old.put((byte) 1).putInt(3);
        old.put((byte) 1).putInt(1).putShort((short) 1).put((byte) '/').putLong(7);
        old.put((byte) 4)
                .putShort((short) 1)
                .put((byte) 'a')
                .putShort((short) 1)
                .put((byte) 'h')
                .putShort((short) 0);
        old.put((byte) 6).putShort((short) 1).put((byte) 'a').putInt(1);
        for (int i = 0; i < 3; i++) {
            old.putShort((short) 2).put((byte) '.').put((byte) '*');
        }
        old.flip();
        SystemState state = SystemState.EMPTY.apply(SystemEvents.read(old, "a test"));
        assertEquals(
                new VirtualHostDefinition(1, "/", 7, VirtualHostSettings.NONE, VirtualHostLimits.NONE),
                state.virtualHost("/"));
        assertEquals(new User("a", "h", List.of(), UserLimits.NONE), state.user("a"));
        assertEquals(Permissions.ALL, state.permissions("a", 1));
    }

    @Test
    void policies_limits_and_topic_permissions_live_through_frames_and_checkpoints() throws Exception {
        SystemLog system = open(log);
        system.begin("/", "guest", "hash");
        system.putVirtualHost("/", new VirtualHostSettings("ü", List.of("a", "b"), "quorum", true));
        system.putVirtualHostLimits("/", limits -> limits.queuesMax(5));
        system.putUserLimits("guest", limits -> limits.channelsMax(7));
        system.putTopicPermissions("guest", "/", new TopicPermissions("amq.topic", "^{vhost}", ""));
        system.putTopicPermissions("guest", "/", new TopicPermissions("gone", "", ""));
        system.deleteTopicPermissions("guest", "/", List.of("gone"));
        Arguments definition = new Arguments(Map.of("max-length", 5L, "overflow", "drop-head"));
        system.putPolicy("/", false, new Policy("p", "^a", ApplyTo.QUEUES, -3, definition));
        system.putPolicy("/", true, new Policy("p", "", ApplyTo.ALL, 9, new Arguments(Map.of("expires", 1L))));
        system.putPolicy("/", true, new Policy("gone", "", ApplyTo.ALL, 9, new Arguments(Map.of("expires", 1L))));
        system.deletePolicy("/", true, "gone");
        system.putGlobalParameter("cluster_name", "\"here\"");
        system.putGlobalParameter("gone", "[]");
        system.deleteGlobalParameter("gone");
        system.replaceHash("guest", "other", "never");
        system.replaceHash("guest", "hash", "better");
        log.flush();
        List<String> live = sorted(system.state().events());
        SystemLog replayed = open(log.crash());
        assertEquals(live, sorted(replayed.state().events()));
        assertEquals(11, live.size());
        assertEquals(new VirtualHostLimits(-1, 5), host(replayed).limits());
        assertEquals(
                "better", Objects.requireNonNull(replayed.state().user("guest")).passwordHash());
        assertEquals(
                7,
                Objects.requireNonNull(replayed.state().user("guest")).limits().channelsMax());
        assertEquals(
                List.of("amq.topic"),
                List.copyOf(replayed.state().topicPermissions("guest", 1).keySet()));
        assertEquals(
                definition,
                Objects.requireNonNull(replayed.state().policies(1).named(false, "p"))
                        .definition());
        future(system.checkpoint()).join();
        assertEquals(live, sorted(open(log.crash()).state().events()));
    }

    @Test
    void a_change_is_answered_only_once_it_is_in_effect() throws Exception {
        SystemLog system = open(log);
        CompletableFuture<Void> carriedOut = new CompletableFuture<>();
        List<Integer> seen = new ArrayList<>();
        system.effect(state -> {
            seen.add(state.virtualHosts().size());
            return carriedOut;
        });
        CompletableFuture<SystemState> reply = future(system.createVirtualHost("a"));
        log.flush();
        assertEquals(List.of(1), seen);
        assertNotNull(system.state().virtualHost("a"));
        assertFalse(reply.isDone());
        carriedOut.complete(null);
        assertTrue(reply.isDone());
    }

    @Test
    void an_effect_that_cannot_be_had_fails_its_change_and_no_other() throws Exception {
        SystemLog system = open(log);
        system.effect(state -> {
            if (state.virtualHosts().size() == 1) {
                throw new IllegalStateException("not now");
            }
            return CompletableFuture.completedFuture(null);
        });
        CompletableFuture<SystemState> first = future(system.createVirtualHost("a"));
        CompletableFuture<SystemState> second = future(system.createVirtualHost("b"));
        log.flush();
        assertTrue(first.isCompletedExceptionally());
        assertEquals(2, second.join().virtualHosts().size());
    }

    private static VirtualHostDefinition host(SystemLog system) {
        return Objects.requireNonNull(system.state().virtualHost("/"));
    }

    @Test
    void the_state_is_stored_by_itself_after_many_changes() throws Exception {
        SystemLog system = open(log);
        for (int i = 0; i < 2_500; i++) {
            system.putUser("user", "hash " + i, List.of());
            log.flush();
        }
        assertEquals(2, log.checkpoints);
        assertEquals(
                "hash 2499",
                Objects.requireNonNull(open(log.crash()).state().user("user")).passwordHash());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void replay_and_checkpoints_lead_to_the_state_that_was_live(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        HeldLog current = log;
        SystemLog system = open(current);
        for (int step = 0; step < 300; step++) {
            String host = "host" + random.nextInt(4);
            String user = "user" + random.nextInt(4);
            switch (random.nextInt(8)) {
                case 0, 1 -> system.createVirtualHost(host);
                case 2 -> system.deleteVirtualHost(host);
                case 3, 4 -> system.putUser(user, "hash" + random.nextInt(3), List.of("tag" + random.nextInt(2)));
                case 5 -> system.deleteUser(user);
                case 6 -> ignoreRefusal(system.putPermissions(user, host, new Permissions("a" + step, "", ".*")));
                default -> ignoreRefusal(system.deletePermissions(user, host));
            }
            current.flush();
            if (random.nextInt(20) == 0) {
                future(system.checkpoint()).join();
            }
            if (random.nextInt(30) == 0) {
                List<SystemEvent> live = system.state().events();
                current = current.crash();
                system = open(current);
                assertEquals(sorted(live), sorted(system.state().events()), "seed " + seed + " step " + step);
            }
        }
    }

    private SystemLog open(HeldLog on) throws LogException {
        return SystemLog.open(on, () -> 42, Runnable::run, failures::add);
    }

    private static ErrorCode refusal(CompletionStage<SystemState> stage) {
        Throwable cause = assertThrows(
                        CompletionException.class, () -> future(stage).join())
                .getCause();
        return assertInstanceOf(BrokerException.class, cause).code();
    }

    private static void ignoreRefusal(CompletionStage<SystemState> stage) {
        CompletableFuture<SystemState> unused = future(stage).exceptionally(e -> SystemState.EMPTY);
        assertNotNull(unused);
    }

    private static List<String> sorted(List<SystemEvent> events) {
        return events.stream().map(Object::toString).sorted().toList();
    }

    private static <T> CompletableFuture<T> future(CompletionStage<T> stage) {
        return stage.toCompletableFuture();
    }
}
