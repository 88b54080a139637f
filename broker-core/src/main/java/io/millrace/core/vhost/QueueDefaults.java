package io.millrace.core.vhost;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.QueueSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a virtual host adds to the declaration of a queue. */
final class QueueDefaults {
    private static final String TYPE = "x-queue-type";

    private QueueDefaults() {}

    /**
     * The declaration with the virtual host's default queue type, if it names none and can have that one: quorum queues
     * are durable, belong to nobody, and are named by clients.
     *
     * @param type the default, empty for none
     */
    static QueueSpec filled(QueueSpec declared, String type) {
        if (type.isEmpty() || declared.arguments().has(TYPE)) {
            return declared;
        }
        boolean lasting = declared.durable()
                && !declared.exclusive()
                && !declared.autoDelete()
                && !declared.name().isEmpty();
        if (!lasting && !type.equals("classic")) {
            return declared;
        }
        Map<String, @Nullable Object> arguments =
                new LinkedHashMap<>(declared.arguments().values());
        arguments.put(TYPE, type);
        return new QueueSpec(
                declared.name(),
                declared.durable(),
                declared.exclusive(),
                declared.autoDelete(),
                new Arguments(arguments));
    }
}
