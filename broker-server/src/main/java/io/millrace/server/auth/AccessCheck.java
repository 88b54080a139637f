package io.millrace.server.auth;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.system.Permissions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** What one user may do in one virtual host, as it was when the connection was opened. One thread. */
final class AccessCheck {
    /** The name by which the exchange without a name stands in permissions. */
    private static final String DEFAULT_EXCHANGE = "amq.default";
    /** What generated queue names begin with. */
    private static final String GENERATED_QUEUE = "amq.gen-";

    private final Pattern configure;
    private final Pattern write;
    private final Pattern read;
    private final String user;
    private final String virtualHost;
    /** The exchange that was last found to be permitted: most publishers use one. */
    private ByteBuffer permitted = ByteBuffer.allocate(0);

    private boolean anyPermitted;

    AccessCheck(Permissions permissions, String user, String virtualHost) {
        this.configure = Permissions.pattern(permissions.configure());
        this.write = Permissions.pattern(permissions.write());
        this.read = Permissions.pattern(permissions.read());
        this.user = user;
        this.virtualHost = virtualHost;
    }

    void configureQueue(String name) {
        require(configure, "queue", name.isEmpty() ? GENERATED_QUEUE : name);
    }

    void writeQueue(String name) {
        require(write, "queue", name);
    }

    void readQueue(String name) {
        require(read, "queue", name);
    }

    void configureExchange(String name) {
        require(configure, "exchange", exchange(name));
    }

    void writeExchange(String name) {
        require(write, "exchange", exchange(name));
    }

    void readExchange(String name) {
        require(read, "exchange", exchange(name));
    }

    /** Checks the exchange that a message is published to; free of allocation while it stays the same. */
    void publish(ByteBuffer record, int at) {
        int begin = MessageRecord.exchangeAt(at);
        int length = MessageRecord.exchangeLength(record, at);
        if (anyPermitted && permitted.capacity() == length && same(record, begin, length)) {
            return;
        }
        writeExchange(MessageRecord.exchange(record, at));
        permitted = ByteBuffer.wrap(MessageRecord.exchange(record, at).getBytes(StandardCharsets.UTF_8));
        anyPermitted = true;
    }

    private boolean same(ByteBuffer record, int begin, int length) {
        for (int i = 0; i < length; i++) {
            if (permitted.get(i) != record.get(begin + i)) {
                return false;
            }
        }
        return true;
    }

    private void require(Pattern pattern, String kind, String name) {
        if (!pattern.matcher(name).find()) {
            throw new BrokerException(
                    ErrorCode.ACCESS_REFUSED,
                    "access to " + kind + " '" + name + "' in vhost '" + virtualHost + "' refused for user '" + user
                            + "'");
        }
    }

    private static String exchange(String name) {
        return name.isEmpty() ? DEFAULT_EXCHANGE : name;
    }
}
