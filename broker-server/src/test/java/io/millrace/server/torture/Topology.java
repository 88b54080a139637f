package io.millrace.server.torture;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The queues that the load runs over. */
final class Topology {
    static final String PLAIN = "t.plain";
    static final String SECOND = "t.second";
    /** Has no consumers in every other life, so that its messages outlive their log files. */
    static final String GROWING = "t.growing";

    /** Gets a little and has no consumers, so that of whole segments only a few messages stay. */
    static final String RESTING = "t.resting";

    /** Filled by others; a carrier takes its messages and publishes to {@link #THERE}. */
    static final String HERE = "t.here";

    static final String THERE = "t.there";

    static final String PRIORITY = "t.priority";
    static final int PRIORITY_MAX = 5;
    /** Refuses what it cannot hold. */
    static final String SHORT = "t.short";

    static final int SHORT_MAX = 30;
    static final String LETTERS = "t.letters";
    static final String DEAD = "t.dead";

    /** Where there are no queues. */
    static final String NOBODY = "t.nobody";
    /** An exchange that reaches several queues. */
    static final String ALL = "t.all";

    static final List<String> BEHIND_ALL = List.of(PLAIN, SECOND, PRIORITY, LETTERS);
    static final Map<String, String> DEAD_LETTER_QUEUES = Map.of(LETTERS, DEAD);

    /** The dead-letter queue after those that fill it. */
    static final List<String> QUEUES =
            List.of(PLAIN, SECOND, GROWING, RESTING, HERE, THERE, PRIORITY, SHORT, LETTERS, DEAD);

    private Topology() {}

    static void declare(Channel channel, History history) throws IOException {
        declare(channel, history, PLAIN, Map.of());
        declare(channel, history, SECOND, Map.of());
        declare(channel, history, GROWING, Map.of());
        declare(channel, history, RESTING, Map.of());
        declare(channel, history, HERE, Map.of());
        declare(channel, history, THERE, Map.of());
        declare(channel, history, PRIORITY, Map.of("x-max-priority", PRIORITY_MAX));
        declare(channel, history, SHORT, Map.of("x-max-length", SHORT_MAX, "x-overflow", "reject-publish"));
        declare(channel, history, DEAD, Map.of());
        declare(channel, history, LETTERS, Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", DEAD));
        channel.exchangeDeclare(ALL, "fanout", true);
        for (String queue : BEHIND_ALL) {
            channel.queueBind(queue, ALL, "");
        }
    }

    static void declare(Channel channel, History history, String queue, Map<String, Object> arguments)
            throws IOException {
        history.add(new History.Declaring(queue));
        channel.queueDeclare(queue, true, false, false, arguments);
        history.add(new History.Declared(queue));
    }
}
