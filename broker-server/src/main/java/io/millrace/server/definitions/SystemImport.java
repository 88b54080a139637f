package io.millrace.server.definitions;

import io.millrace.core.system.Permissions;
import io.millrace.core.system.SystemLog;
import io.millrace.core.system.TopicPermissions;
import io.millrace.core.system.UserLimits;
import io.millrace.core.system.VirtualHostDefinition;
import io.millrace.core.system.VirtualHostSettings;
import io.millrace.server.auth.Logins;
import io.millrace.server.auth.StoredPassword;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Definitions of the whole broker: virtual hosts, users and what they may do. */
final class SystemImport {
    private final SystemLog system;
    private final Logins logins;
    private final Section section;

    SystemImport(SystemLog system, Logins logins, Section section) {
        this.system = system;
        this.logins = logins;
        this.section = section;
    }

    CompletionStage<?> virtualHost(Item item) {
        String name = item.text("name");
        Item metadata = item.item("metadata");
        String description = item.text("description", metadata.text("description", ""));
        List<String> tags = item.has("tags") ? item.texts("tags") : metadata.texts("tags");
        String type = item.text("default_queue_type", metadata.text("default_queue_type", ""));
        // Limits come again among the parameters; the other fields are about how it ran where it was exported.
        item.passOver("limits", "cluster_state", "tracing", "protected_from_deletion");
        VirtualHostDefinition there = system.state().virtualHost(name);
        boolean tracing = item.flag("tracing", there != null && there.settings().tracing());
        if (type.equals("undefined")) {
            type = "";
        }
        if (type.equals("stream")) {
            section.problem(item.path() + ".default_queue_type", "streams are not supported; left out", false);
            type = "";
        }
        return system.putVirtualHost(name, new VirtualHostSettings(description, tags, type, tracing));
    }

    CompletionStage<?> user(Item item) {
        String name = item.text("name");
        List<String> tags = item.texts("tags");
        String hash = hash(item);
        Item limits = item.item("limits");
        UserLimits wanted = new UserLimits(limits.number("max-connections", -1), limits.number("max-channels", -1));
        limits.forEachUnknown(field -> section.problem(field, "not understood, passed over", false));
        CompletableFuture<?> put = system.putUser(name, hash, tags).toCompletableFuture();
        return put.thenCompose(done -> system.putUserLimits(name, old -> wanted));
    }

    private String hash(Item item) {
        String given = item.text("password_hash", "");
        String algorithm = item.text("hashing_algorithm", "rabbit_password_hashing_sha256");
        if (given.isEmpty()) {
            String password = item.text("password", "");
            return password.isEmpty() ? "" : logins.hash(password.getBytes(StandardCharsets.UTF_8));
        }
        item.passOver("password");
        String stored = StoredPassword.imported(algorithm, given);
        if (stored == null) {
            throw item.refused("field 'password_hash' is no hash of algorithm '" + algorithm + "'; known are "
                    + StoredPassword.ALGORITHMS);
        }
        return stored;
    }

    CompletionStage<?> permissions(Item item) {
        return system.putPermissions(
                item.text("user"),
                item.text("vhost"),
                new Permissions(item.text("configure"), item.text("write"), item.text("read")));
    }

    CompletionStage<?> topicPermissions(Item item) {
        return system.putTopicPermissions(
                item.text("user"),
                item.text("vhost"),
                new TopicPermissions(item.text("exchange"), item.text("write"), item.text("read")));
    }

    CompletionStage<?> globalParameter(Item item) {
        String name = item.text("name");
        if (!item.has("value")) {
            throw item.refused("field 'value' is missing");
        }
        return system.putGlobalParameter(name, item.any("value").toString());
    }
}
