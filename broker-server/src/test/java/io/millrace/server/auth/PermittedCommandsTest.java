package io.millrace.server.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.memory.MemoryLog;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.system.Permissions;
import io.millrace.core.system.SystemLog;
import io.millrace.core.system.TopicPermissions;
import io.millrace.core.system.VirtualHostDefinition;
import io.millrace.core.vhost.Client;
import io.millrace.core.vhost.Commands;
import io.millrace.core.vhost.Lane;
import io.millrace.core.vhost.Outlet;
import io.millrace.core.vhost.Reply;
import io.millrace.core.vhost.Subscription;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PermittedCommandsTest {
    private final List<String> passed = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final Commands all = (Commands) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Commands.class}, (proxy, method, arguments) -> {
                passed.add(method.getName());
                return null;
            });
    private final Outlet outlet = (Outlet) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Outlet.class}, (proxy, method, arguments) -> {
                refused.add(((BrokerException) arguments[0]).text());
                return null;
            });
    private final Lane lane = new Lane(new Client("test"), 1, outlet);
    private final SystemLog system;
    private final Commands commands;

    PermittedCommandsTest() throws Exception {
        system = SystemLog.open(MemoryLog.flushedBy(Runnable::run), () -> 0, Runnable::run, cause -> {});
        system.begin("/", "guest", "hash");
        system.putUser("ada", "hash", List.of());
        system.putPermissions("ada", "/", new Permissions("^mine", "^(mine|amq\\.default)", "^(mine|shared)$"));
        system.putUser("eve", "hash", List.of());
        commands = commands("ada");
    }

    private Commands commands(String user) {
        VirtualHostDefinition host = Objects.requireNonNull(system.state().virtualHost("/"));
        return PermittedCommands.of(all, system::state, host, new Visits().begin(user, host.id(), reason -> {}));
    }

    @Test
    void permissions_that_change_act_on_what_is_open() {
        publish("mine");
        system.putPermissions("ada", "/", new Permissions("", "", "^shared$"));
        publish("mine");
        commands.get(lane, "shared", true, reply());
        system.deletePermissions("ada", "/");
        commands.get(lane, "shared", true, reply());
        assertEquals(List.of("publish", "get"), passed);
        assertEquals(
                List.of(
                        "access to exchange 'mine' in vhost '/' refused for user 'ada'",
                        "access to queue 'shared' in vhost '/' refused for user 'ada'"),
                refused);
    }

    @Test
    void a_topic_permission_bounds_routing_keys_at_its_exchange_with_the_names_taken_literally() {
        system.putUser("a.c", "hash", List.of());
        system.putPermissions("a.c", "/", Permissions.ALL);
        system.putTopicPermissions(
                "a.c", "/", new TopicPermissions("amq.topic", "^{username}\\.", "^public\\.|^{username}\\."));
        Commands bounded = commands("a.c");
        publish(bounded, "amq.topic", "a.c.x");
        publish(bounded, "amq.topic", "abc.x");
        publish(bounded, "amq.direct", "abc.x");
        bounded.bind(lane, new BindingSpec("amq.topic", "q", "public.#", Arguments.NONE), reply());
        bounded.bind(lane, new BindingSpec("amq.topic", "q", "#", Arguments.NONE), reply());
        assertEquals(List.of("publish", "publish", "bind"), passed);
        assertEquals(
                List.of(
                        "access to topic 'abc.x' in exchange 'amq.topic' in vhost '/' refused for user 'a.c'",
                        "access to topic '#' in exchange 'amq.topic' in vhost '/' refused for user 'a.c'"),
                refused);
        system.deleteTopicPermissions("a.c", "/", List.of());
        publish(bounded, "amq.topic", "abc.x");
        assertEquals(4, passed.size());
    }

    @Test
    void declaring_and_deleting_need_configure() {
        commands.declareQueue(lane, new QueueSpec("mine", true, false, false, Arguments.NONE), reply());
        commands.declareQueue(lane, new QueueSpec("other", true, false, false, Arguments.NONE), reply());
        commands.declareQueue(lane, new QueueSpec("", true, false, false, Arguments.NONE), reply());
        commands.deleteQueue(lane, "other", false, false, reply());
        commands.declareExchange(lane, new ExchangeSpec("other", "topic", true, false, false, Arguments.NONE), reply());
        commands.deleteExchange(lane, "mine.too", false, reply());
        assertEquals(List.of("declareQueue", "deleteExchange"), passed);
        assertEquals(4, refused.size());
        assertEquals("access to queue 'other' in vhost '/' refused for user 'ada'", refused.get(0));
    }

    @Test
    void a_dead_letter_exchange_has_to_be_one_that_the_user_may_write_to() {
        Arguments arguments = new Arguments(Map.of("x-dead-letter-exchange", "other"));
        commands.declareQueue(lane, new QueueSpec("mine", true, false, false, arguments), reply());
        assertEquals(List.of(), passed);
        assertEquals("access to exchange 'other' in vhost '/' refused for user 'ada'", refused.get(0));
    }

    @Test
    void consuming_getting_and_purging_need_read_and_binding_needs_write_and_read() {
        commands.consume(lane, new Subscription(1, "tag", "shared", true, false, 0, Arguments.NONE), reply());
        commands.get(lane, "shared", true, reply());
        commands.purge(lane, "shared", reply());
        commands.get(lane, "other", true, reply());
        commands.bind(lane, new BindingSpec("shared", "mine", "key", Arguments.NONE), reply());
        commands.bind(lane, new BindingSpec("other", "mine", "key", Arguments.NONE), reply());
        commands.unbind(lane, new BindingSpec("shared", "shared", "key", Arguments.NONE), reply());
        assertEquals(List.of("consume", "get", "purge", "bind"), passed);
        assertEquals(3, refused.size());
    }

    @Test
    void publishing_needs_write_on_the_exchange_each_time_it_changes() {
        publish("mine");
        publish("mine");
        publish("");
        publish("minus");
        publish("mine");
        assertEquals(4, passed.size());
        assertEquals(List.of("access to exchange 'minus' in vhost '/' refused for user 'ada'"), refused);
    }

    @Test
    void without_any_permission_nothing_passes() {
        Commands none = commands("eve");
        none.get(lane, "mine", true, reply());
        none.deleteQueue(lane, "mine", false, false, reply());
        assertTrue(passed.isEmpty());
        assertEquals(2, refused.size());
    }

    private void publish(String exchange) {
        publish(commands, exchange, "");
    }

    private void publish(Commands to, String exchange, String routingKey) {
        byte[] name = exchange.getBytes(StandardCharsets.UTF_8);
        byte[] key = routingKey.getBytes(StandardCharsets.UTF_8);
        int length = MessageRecord.FIXED_BYTES + name.length + key.length;
        ByteBuffer record = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        MessageRecord.writeFixed(record, 0, length, MessageRecord.AMQP_0_9_1, 0, 0, name.length, key.length, 0, 0, 0);
        record.put(MessageRecord.FIXED_BYTES, name);
        record.put(MessageRecord.FIXED_BYTES + name.length, key);
        to.publish(lane, 1, 0, record, 0);
    }

    private <T> Reply<T> reply() {
        return new Reply<>() {
            @Override
            public void done(T result) {}

            @Override
            public void refused(BrokerException why) {
                assertEquals(ErrorCode.ACCESS_REFUSED, why.code());
                refused.add(why.text());
            }
        };
    }
}
