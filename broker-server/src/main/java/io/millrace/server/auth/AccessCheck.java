package io.millrace.server.auth;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.model.NamePattern;
import io.millrace.core.system.Permissions;
import io.millrace.core.system.SystemState;
import io.millrace.core.system.TopicPermissions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one user may do in one virtual host, now. One thread.
 *
 * <p>Each question first compares the definitions with those that the answers were worked out of, one read of a reference;
 * only when this user's permissions have changed are the patterns made anew. Answers are remembered by kind and name, at
 * most {@value #ANSWERS_MAX}.
 */
final class AccessCheck {
    private static final int ANSWERS_MAX = 1_024;
    private static final int EXCHANGES_MAX = 8;

    /** The name by which the exchange without a name stands in permissions. */
    private static final String DEFAULT_EXCHANGE = "amq.default";
    /** What generated queue names begin with. */
    private static final String GENERATED_QUEUE = "amq.gen-";

    private static final Permissions NOTHING = new Permissions("", "", "");

    private final Supplier<SystemState> definitions;
    private final String user;
    private final int virtualHostId;
    private final String virtualHost;

    private @Nullable SystemState seen;
    private Permissions granted = NOTHING;
    private Map<String, TopicPermissions> topics = Map.of();
    private NamePattern configure = NamePattern.of("");
    private NamePattern write = NamePattern.of("");
    private NamePattern read = NamePattern.of("");
    /** By their expressions; there are no more than topic permissions of this user. */
    private final Map<String, NamePattern> topicPatterns = new HashMap<>();

    private boolean publishesAnywhere;
    private final Map<Question, Boolean> answers = new HashMap<>();
    /** Exchanges that were found to be permitted to publish to: most publishers use few. */
    private final ByteBuffer[] permitted = new ByteBuffer[EXCHANGES_MAX];

    private int permittedCount;
    private int permittedNext;

    private record Question(NamePattern pattern, String name) {}

    AccessCheck(Supplier<SystemState> definitions, String user, int virtualHostId, String virtualHost) {
        this.definitions = definitions;
        this.user = user;
        this.virtualHostId = virtualHostId;
        this.virtualHost = virtualHost;
    }

    void configureQueue(String name) {
        refresh();
        require(configure, "queue", name.isEmpty() ? GENERATED_QUEUE : name);
    }

    void writeQueue(String name) {
        refresh();
        require(write, "queue", name);
    }

    void readQueue(String name) {
        refresh();
        require(read, "queue", name.isEmpty() ? GENERATED_QUEUE : name);
    }

    void configureExchange(String name) {
        refresh();
        require(configure, "exchange", exchange(name));
    }

    void writeExchange(String name) {
        refresh();
        require(write, "exchange", exchange(name));
    }

    void readExchange(String name) {
        refresh();
        require(read, "exchange", exchange(name));
    }

    /** Checks that the user may bind to that exchange with that routing key. */
    void readTopic(String exchange, String routingKey) {
        refresh();
        TopicPermissions bounds = topics.get(exchange);
        if (bounds != null) {
            requireTopic(bounds.read(), exchange, routingKey);
        }
    }

    /** Checks where a message is published to; free of allocation while there are few exchanges and no topic bounds. */
    void publish(ByteBuffer record, int at) {
        refresh();
        if (publishesAnywhere) {
            return;
        }
        int begin = MessageRecord.exchangeAt(at);
        int length = MessageRecord.exchangeLength(record, at);
        if (!isPermitted(record, begin, length)) {
            String exchange = MessageRecord.exchange(record, at);
            require(write, "exchange", exchange(exchange));
            TopicPermissions bounds = topics.get(exchange);
            if (bounds != null) {
                requireTopic(bounds.write(), exchange, MessageRecord.routingKey(record, at));
            } else {
                remember(exchange);
            }
        }
    }

    private void refresh() {
        SystemState now = definitions.get();
        if (now != seen) {
            seen = now;
            Permissions given = now.permissions(user, virtualHostId);
            Permissions current = given == null || now.user(user) == null ? NOTHING : given;
            Map<String, TopicPermissions> bounds = now.topicPermissions(user, virtualHostId);
            if (!current.equals(granted) || !bounds.equals(topics)) {
                granted = current;
                topics = bounds;
                configure = NamePattern.of(current.configure());
                write = NamePattern.of(current.write());
                read = NamePattern.of(current.read());
                publishesAnywhere = write.isEverything() && bounds.isEmpty();
                topicPatterns.clear();
                answers.clear();
                permittedCount = 0;
                permittedNext = 0;
            }
        }
    }

    private boolean isPermitted(ByteBuffer record, int begin, int length) {
        for (int i = 0; i < permittedCount; i++) {
            ByteBuffer name = permitted[i];
            if (name.capacity() == length && same(name, record, begin, length)) {
                return true;
            }
        }
        return false;
    }

    private void remember(String exchange) {
        permitted[permittedNext] = ByteBuffer.wrap(exchange.getBytes(StandardCharsets.UTF_8));
        permittedCount = Math.max(permittedCount, permittedNext + 1);
        permittedNext = (permittedNext + 1) % EXCHANGES_MAX;
    }

    private static boolean same(ByteBuffer name, ByteBuffer record, int begin, int length) {
        for (int i = 0; i < length; i++) {
            if (name.get(i) != record.get(begin + i)) {
                return false;
            }
        }
        return true;
    }

    private void require(NamePattern pattern, String kind, String name) {
        if (!pattern.isEverything() && !answer(new Question(pattern, name))) {
            throw new BrokerException(
                    ErrorCode.ACCESS_REFUSED,
                    "access to " + kind + " '" + name + "' in vhost '" + virtualHost + "' refused for user '" + user
                            + "'");
        }
    }

    private void requireTopic(String expression, String exchange, String routingKey) {
        NamePattern pattern =
                topicPatterns.computeIfAbsent(expression, each -> TopicPermissions.pattern(each, user, virtualHost));
        if (!answer(new Question(pattern, routingKey))) {
            throw new BrokerException(
                    ErrorCode.ACCESS_REFUSED,
                    "access to topic '" + routingKey + "' in exchange '" + exchange(exchange) + "' in vhost '"
                            + virtualHost + "' refused for user '" + user + "'");
        }
    }

    private boolean answer(Question question) {
        Boolean known = answers.get(question);
        if (known != null) {
            return known;
        }
        boolean answer = question.pattern().permits(question.name());
        if (answers.size() >= ANSWERS_MAX) {
            answers.clear();
        }
        answers.put(question, answer);
        return answer;
    }

    private static String exchange(String name) {
        return name.isEmpty() ? DEFAULT_EXCHANGE : name;
    }
}
