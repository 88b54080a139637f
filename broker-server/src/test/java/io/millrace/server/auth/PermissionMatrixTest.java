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
import io.millrace.core.model.Outcome;
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
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command × every permission that it needs or does not need. A new command fails until it stands in here. */
class PermissionMatrixTest {
    private static final String TOPIC = "topic";
    private static final String CONFIGURE = "configure";
    private static final String WRITE = "write";
    private static final String READ = "read";

    /** Commands that concern what the connection has already: they need nothing. */
    private static final Set<String> FREE = Set.of(
            "connect",
            "disconnect",
            "openLane",
            "closeLane",
            "resume",
            "cancel",
            "settle",
            "settleAtCommit",
            "commit",
            "rollback",
            "window");

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

    /**
     * A right.
     *
     * @param access configure, write or read; with a routing key: of the topic
     * @param kind queue, exchange or topic
     */
    private record Need(String access, String kind, String name) {
        String refusal() {
            return kind.equals(TOPIC)
                    ? "access to topic '" + name + "' in exchange 'x' in vhost '/' refused for user 'ada'"
                    : "access to " + kind + " '" + name + "' in vhost '/' refused for user 'ada'";
        }
    }

    /** One way to give a command. */
    private record Case(
            String command, String form, List<Need> needs, BiConsumer<PermissionMatrixTest, Commands> given) {
        @Override
        public String toString() {
            return command + " " + form;
        }
    }

    private static List<Case> cases() {
        Arguments deadLetters = new Arguments(Map.of("x-dead-letter-exchange", "dlx"));
        Arguments alternate = new Arguments(Map.of("alternate-exchange", "ae"));
        List<Case> cases = new ArrayList<>();
        cases.add(of(
                "declareExchange",
                "",
                (test, on) -> on.declareExchange(test.lane, exchange(Arguments.NONE), test.reply()),
                configure("exchange", "x")));
        cases.add(of(
                "declareExchange",
                "with an alternate exchange",
                (test, on) -> on.declareExchange(test.lane, exchange(alternate), test.reply()),
                configure("exchange", "x"),
                read("exchange", "x"),
                write("exchange", "ae")));
        cases.add(of("checkExchange", "", (test, on) -> on.checkExchange(test.lane, "x", test.reply())));
        cases.add(of(
                "deleteExchange",
                "",
                (test, on) -> on.deleteExchange(test.lane, "x", false, test.reply()),
                configure("exchange", "x")));
        cases.add(of(
                "declareQueue",
                "",
                (test, on) -> on.declareQueue(test.lane, queue("q", Arguments.NONE), test.reply()),
                configure("queue", "q")));
        cases.add(of(
                "declareQueue",
                "with a generated name",
                (test, on) -> on.declareQueue(test.lane, queue("", Arguments.NONE), test.reply()),
                configure("queue", "amq.gen-")));
        cases.add(of(
                "declareQueue",
                "with a dead-letter exchange",
                (test, on) -> on.declareQueue(test.lane, queue("q", deadLetters), test.reply()),
                configure("queue", "q"),
                read("queue", "q"),
                write("exchange", "dlx")));
        cases.add(of("checkQueue", "", (test, on) -> on.checkQueue(test.lane, "q", test.reply())));
        cases.add(of(
                "deleteQueue",
                "",
                (test, on) -> on.deleteQueue(test.lane, "q", false, false, test.reply()),
                configure("queue", "q")));
        cases.add(of("purge", "", (test, on) -> on.purge(test.lane, "q", test.reply()), read("queue", "q")));
        BindingSpec toQueue = new BindingSpec("x", "q", "a.b", Arguments.NONE);
        BindingSpec toExchange = BindingSpec.between("x", "y", "a.b", Arguments.NONE);
        Need[] bindingQueue = {write("queue", "q"), read("exchange", "x"), new Need(READ, TOPIC, "a.b")};
        Need[] bindingExchange = {write("exchange", "y"), read("exchange", "x"), new Need(READ, TOPIC, "a.b")};
        cases.add(of("bind", "a queue", (test, on) -> on.bind(test.lane, toQueue, test.reply()), bindingQueue));
        cases.add(
                of("bind", "an exchange", (test, on) -> on.bind(test.lane, toExchange, test.reply()), bindingExchange));
        cases.add(of("unbind", "a queue", (test, on) -> on.unbind(test.lane, toQueue, test.reply()), bindingQueue));
        cases.add(of(
                "unbind",
                "an exchange",
                (test, on) -> on.unbind(test.lane, toExchange, test.reply()),
                bindingExchange));
        cases.add(of(
                "publish",
                "",
                (test, on) -> on.publish(test.lane, 1, 0, record("x", "a.b"), 0),
                write("exchange", "x"),
                new Need(WRITE, TOPIC, "a.b")));
        cases.add(of(
                "publish",
                "to the default exchange",
                (test, on) -> on.publish(test.lane, 1, 0, record("", "q"), 0),
                write("exchange", "amq.default")));
        cases.add(of(
                "consume",
                "",
                (test, on) -> on.consume(
                        test.lane, new Subscription(1, "tag", "q", true, false, 0, Arguments.NONE), test.reply()),
                read("queue", "q")));
        cases.add(of("get", "", (test, on) -> on.get(test.lane, "q", true, test.reply()), read("queue", "q")));
        cases.add(of("settle", "", (test, on) -> on.settle(test.lane, 1, 1, 1, 1, Outcome.values()[0])));
        return cases;
    }

    @Test
    void every_command_is_listed() {
        Set<String> listed = new TreeSet<>(FREE);
        cases().forEach(each -> listed.add(each.command()));
        Set<String> there = Arrays.stream(Commands.class.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(there, listed);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void with_what_it_needs_and_nothing_else_a_command_passes(Case each) throws Exception {
        Commands commands = commands(each.needs()::contains);
        each.given().accept(this, commands);
        assertEquals(List.of(), refused);
        assertEquals(List.of(each.command()), passed);
    }

    @ParameterizedTest
    @MethodSource("lacking")
    void with_everything_but_one_thing_that_it_needs_a_command_is_refused(Case each, Need missing) throws Exception {
        Commands commands = commands(need -> !need.equals(missing));
        each.given().accept(this, commands);
        assertEquals(List.of(missing.refusal()), refused);
        assertEquals(List.of(), passed);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void without_any_permission_a_command_that_needs_one_is_refused(Case each) throws Exception {
        each.given().accept(this, commands(need -> false));
        assertEquals(each.needs().isEmpty() ? 0 : 1, refused.size());
        assertTrue(refused.isEmpty() || passed.isEmpty());
    }

    private static Stream<Object[]> lacking() {
        return cases().stream().flatMap(each -> each.needs().stream().map(need -> new Object[] {each, need}));
    }

    /** The commands for a user who has of all rights those that are chosen. */
    private Commands commands(Predicate<Need> has) throws Exception {
        SystemLog system = SystemLog.open(MemoryLog.flushedBy(Runnable::run), () -> 0, Runnable::run, cause -> {});
        system.begin("/", "guest", "hash");
        system.putUser("ada", "hash", List.of());
        system.putPermissions("ada", "/", new Permissions(names(CONFIGURE, has), names(WRITE, has), names(READ, has)));
        system.putTopicPermissions("ada", "/", new TopicPermissions("x", keys(WRITE, has), keys(READ, has)));
        VirtualHostDefinition host = Objects.requireNonNull(system.state().virtualHost("/"));
        return PermittedCommands.of(all, system::state, host, new Visits().begin("ada", host.id(), reason -> {}));
    }

    private static String names(String access, Predicate<Need> has) {
        List<String> names = new ArrayList<>();
        for (String queue : List.of("q", "amq.gen-")) {
            if (has.test(new Need(access, "queue", queue))) {
                names.add(queue.replace(".", "\\."));
            }
        }
        for (String exchange : List.of("x", "y", "ae", "dlx", "amq.default")) {
            if (has.test(new Need(access, "exchange", exchange))) {
                names.add(exchange.replace(".", "\\."));
            }
        }
        return names.isEmpty() ? "" : "^(" + String.join("|", names) + ")$";
    }

    private static String keys(String access, Predicate<Need> has) {
        return has.test(new Need(access, TOPIC, "a.b")) ? "^a\\.b$" : "";
    }

    private static Case of(
            String command, String form, BiConsumer<PermissionMatrixTest, Commands> given, Need... needs) {
        return new Case(command, form, List.of(needs), given);
    }

    private static Need configure(String kind, String name) {
        return new Need(CONFIGURE, kind, name);
    }

    private static Need write(String kind, String name) {
        return new Need(WRITE, kind, name);
    }

    private static Need read(String kind, String name) {
        return new Need(READ, kind, name);
    }

    private static ExchangeSpec exchange(Arguments arguments) {
        return new ExchangeSpec("x", "topic", true, false, false, arguments);
    }

    private static QueueSpec queue(String name, Arguments arguments) {
        return new QueueSpec(name, true, false, false, arguments);
    }

    private static ByteBuffer record(String exchange, String routingKey) {
        byte[] name = exchange.getBytes(StandardCharsets.UTF_8);
        byte[] key = routingKey.getBytes(StandardCharsets.UTF_8);
        int length = MessageRecord.FIXED_BYTES + name.length + key.length;
        ByteBuffer record = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        MessageRecord.writeFixed(record, 0, length, MessageRecord.AMQP_0_9_1, 0, 0, name.length, key.length, 0, 0, 0);
        record.put(MessageRecord.FIXED_BYTES, name);
        record.put(MessageRecord.FIXED_BYTES + name.length, key);
        return record;
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
