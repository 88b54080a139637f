package io.millrace.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.system.SystemState;
import io.millrace.core.system.User;
import io.millrace.core.system.UserLimits;
import io.millrace.server.auth.StoredPassword;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Users and their limits. Hashes of passwords are taken and never shown. */
final class UserRoutes {
    private static final String HASH = "password_hash";
    /** What RabbitMQ's hashes are unless it is said otherwise. */
    private static final String RABBITMQ = "rabbit_password_hashing_sha256";

    private static final String PASSWORD = "password";

    private final NodeAdmin node;

    UserRoutes(NodeAdmin node) {
        this.node = node;
    }

    Response list(Call call) {
        return Listing.of(
                call,
                () -> Hosts.once(
                        node.definitions().users().stream().map(UserRoutes::row).toList()));
    }

    Response withoutPermissions(Call call) {
        SystemState now = node.definitions();
        return Listing.of(
                call,
                () -> Hosts.once(now.users().stream()
                        .filter(user -> now.permissions().keySet().stream()
                                .noneMatch(grant -> grant.user().equals(user.name())))
                        .map(UserRoutes::row)
                        .toList()));
    }

    Response show(Call call) {
        return Response.ok(row(require(node, call.part("user"))));
    }

    Response put(Call call) {
        String name = call.part("user");
        JsonNode body = call.object();
        User there = node.definitions().user(name);
        List<String> tags = body.has("tags") ? tags(body.path("tags")) : there == null ? List.of() : there.tags();
        String hash = there == null ? "" : there.passwordHash();
        if (body.has(PASSWORD)) {
            String password = Fields.text(body, PASSWORD);
            if (password.isEmpty()) {
                throw Refusal.badRequest("the password is empty; give " + HASH + " \"\" for a user without one");
            }
            hash = node.hash(password.getBytes(StandardCharsets.UTF_8));
        } else if (body.has(HASH)) {
            hash = hash(Fields.text(body, HASH), Fields.text(body, "hashing_algorithm", RABBITMQ));
        }
        Waiting.on(node.system().putUser(name, hash, tags).toCompletableFuture());
        return Response.put(there == null);
    }

    Response delete(Call call) {
        String name = require(node, call.part("user")).name();
        Waiting.on(node.system().deleteUser(name).toCompletableFuture());
        return Response.done();
    }

    Response deleteMany(Call call) {
        JsonNode users = call.object().path("users");
        if (!users.isArray()) {
            throw Refusal.badRequest("users has to be a list of names");
        }
        List<String> names = new ArrayList<>();
        for (JsonNode each : users) {
            names.add(require(node, each.asText()).name());
        }
        names.forEach(name -> Waiting.on(node.system().deleteUser(name).toCompletableFuture()));
        return Response.done();
    }

    Response limits(Call call) {
        return Listing.of(
                call,
                () -> Hosts.once(node.definitions().users().stream()
                        .filter(user -> !user.limits().equals(UserLimits.NONE))
                        .map(UserRoutes::limitsRow)
                        .toList()));
    }

    Response limitsOf(Call call) {
        User user = require(node, call.part("user"));
        return Listing.of(
                call, () -> Hosts.once(user.limits().equals(UserLimits.NONE) ? List.of() : List.of(limitsRow(user))));
    }

    Response putLimit(Call call) {
        return limit(call, Limits.value(call));
    }

    Response deleteLimit(Call call) {
        return limit(call, Limits.NONE);
    }

    private Response limit(Call call, long value) {
        String user = require(node, call.part("user")).name();
        String name = Limits.name(call, Limits.CONNECTIONS, Limits.CHANNELS);
        Waiting.on(node.system()
                .putUserLimits(
                        user,
                        now -> name.equals(Limits.CONNECTIONS) ? now.connectionsMax(value) : now.channelsMax(value))
                .toCompletableFuture());
        return Response.done();
    }

    static User require(NodeAdmin node, String name) {
        User user = node.definitions().user(name);
        if (user == null) {
            throw Refusal.notFound("no user '" + name + "'");
        }
        return user;
    }

    private static String hash(String given, String algorithm) {
        if (given.isEmpty()) {
            return "";
        }
        String stored = StoredPassword.imported(algorithm, given);
        if (stored == null) {
            throw Refusal.badRequest(HASH + " is no hash of " + algorithm + "; hashing_algorithm may be one of "
                    + StoredPassword.ALGORITHMS);
        }
        return stored;
    }

    private static List<String> tags(JsonNode node) {
        List<String> tags = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(each -> tags.add(each.asText().strip()));
        } else if (node.isTextual()) {
            tags.addAll(List.of(node.textValue().split(",", -1)));
            tags.replaceAll(String::strip);
        } else {
            throw Refusal.badRequest("tags has to be a list of strings, or one with commas");
        }
        tags.removeIf(String::isEmpty);
        return tags;
    }

    private static ObjectNode row(User user) {
        ObjectNode row = Json.object().put("name", user.name());
        ArrayNode tags = row.putArray("tags");
        user.tags().forEach(tags::add);
        row.put("has_password", !user.passwordHash().isEmpty());
        ObjectNode limits = row.putObject("limits");
        Limits.put(limits, Limits.CONNECTIONS, user.limits().connectionsMax());
        Limits.put(limits, Limits.CHANNELS, user.limits().channelsMax());
        return row;
    }

    private static ObjectNode limitsRow(User user) {
        ObjectNode row = Json.object().put("user", user.name());
        ObjectNode value = row.putObject("value");
        Limits.put(value, Limits.CONNECTIONS, user.limits().connectionsMax());
        Limits.put(value, Limits.CHANNELS, user.limits().channelsMax());
        return row;
    }
}
