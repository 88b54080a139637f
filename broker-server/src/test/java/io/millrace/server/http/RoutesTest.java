package io.millrace.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Connection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every route with no token, a wrong one, and the right one. */
class RoutesTest {
    @TempDir
    private Path data = Path.of("");

    private int strangers;

    /** What a call with the right token gets; the variable parts name what does not exist, so that nothing changes. */
    private record Expected(String path, String body, int status) {}

    private static final Map<String, Expected> EXPECTED = new LinkedHashMap<>();

    static {
        add("GET /overview", 200);
        add("GET /version", 200);
        add("GET /whoami", 200);
        add("GET /nodes", 200);
        add("GET /nodes/:node", 404);
        add("POST /tls/reload", 400);
        add("GET /health/checks/alarms", 200);
        add("GET /health/checks/local-alarms", 200);
        add("GET /health/checks/virtual-hosts", 200);
        add("GET /health/checks/port-listener/:port", 503);
        add("GET /aliveness-test/:vhost", 200);
        add("GET /connections", 200);
        add("GET /connections/:connection", 404);
        add("DELETE /connections/:connection", 404);
        add("GET /connections/:connection/channels", 404);
        add("GET /connections/username/:user", 200);
        add("DELETE /connections/username/:user", 204);
        add("GET /vhosts/:vhost/connections", 200);
        add("GET /channels", 200);
        add("GET /channels/:channel", 404);
        add("GET /vhosts/:vhost/channels", 200);
        add("GET /queues", 200);
        add("GET /queues/:vhost", 200);
        add("GET /queues/:vhost/:queue", 404);
        add("PUT /queues/:vhost/:queue", "[]", 400);
        add("DELETE /queues/:vhost/:queue", 404);
        add("DELETE /queues/:vhost/:queue/contents", 404);
        add("GET /queues/:vhost/:queue/damaged", 404);
        add("DELETE /queues/:vhost/:queue/damaged", 404);
        add("GET /consumers", 200);
        add("GET /consumers/:vhost", 200);
        add("GET /exchanges", 200);
        add("GET /exchanges/:vhost", 200);
        add("GET /exchanges/:vhost/:exchange", 404);
        add("PUT /exchanges/:vhost/:exchange", "{}", 400);
        add("DELETE /exchanges/:vhost/:exchange", 404);
        add("GET /bindings", 200);
        add("GET /bindings/:vhost", 200);
        add("GET /queues/:vhost/:queue/bindings", 404);
        add("GET /exchanges/:vhost/:exchange/bindings/source", 404);
        add("GET /exchanges/:vhost/:exchange/bindings/destination", 404);
        for (String kind : new String[] {"q", "e"}) {
            String path = "/bindings/:vhost/e/:exchange/" + kind + "/:destination";
            add("GET " + path, 404);
            add("POST " + path, "{}", 404);
            add("GET " + path + "/:properties", 404);
            add("DELETE " + path + "/:properties", 404);
        }
        accounts();
    }

    private static void accounts() {
        add("GET /vhosts", 200);
        add("GET /vhosts/:vhost", 200);
        add("PUT /vhosts/:vhost", "{\"tags\":5,\"description\":5}", 400);
        EXPECTED.put("DELETE /vhosts/:vhost", new Expected("/vhosts/absent", "", 404));
        add("GET /vhost-limits", 200);
        add("GET /vhost-limits/:vhost", 200);
        add("PUT /vhost-limits/:vhost/:limit", "{\"value\":1}", 400);
        add("DELETE /vhost-limits/:vhost/:limit", 400);
        add("GET /users", 200);
        add("GET /users/without-permissions", 200);
        add("POST /users/bulk-delete", "{\"users\":[\"absent\"]}", 404);
        add("GET /users/:user", 404);
        add("PUT /users/:user", "{\"password\":\"\"}", 400);
        add("DELETE /users/:user", 404);
        add("GET /user-limits", 200);
        add("GET /user-limits/:user", 404);
        add("PUT /user-limits/:user/:limit", "{\"value\":1}", 404);
        add("DELETE /user-limits/:user/:limit", 404);
        add("GET /permissions", 200);
        add("GET /permissions/:vhost/:user", 404);
        add("PUT /permissions/:vhost/:user", "{}", 404);
        add("DELETE /permissions/:vhost/:user", 404);
        add("GET /users/:user/permissions", 404);
        add("GET /vhosts/:vhost/permissions", 200);
        add("GET /topic-permissions", 200);
        add("GET /topic-permissions/:vhost/:user", 404);
        add("PUT /topic-permissions/:vhost/:user", "{}", 404);
        add("DELETE /topic-permissions/:vhost/:user", 404);
        add("DELETE /topic-permissions/:vhost/:user/:exchange", 404);
        add("GET /users/:user/topic-permissions", 404);
        add("GET /vhosts/:vhost/topic-permissions", 200);
        add("GET /definitions", 200);
        add("GET /definitions/:vhost", 200);
        add("POST /definitions", "[]", 400);
        add("POST /definitions/:vhost", "[]", 400);
        for (String path : new String[] {"/policies", "/operator-policies"}) {
            add("GET " + path, 200);
            add("GET " + path + "/:vhost", 200);
            add("GET " + path + "/:vhost/:policy", 404);
            add("PUT " + path + "/:vhost/:policy", "{}", 400);
            add("DELETE " + path + "/:vhost/:policy", 404);
        }
    }

    private static void add(String route, int status) {
        add(route, "", status);
    }

    private static void add(String route, String body, int status) {
        String path =
                route.substring(route.indexOf(' ') + 1).replace(":vhost", "%2F").replaceAll(":[a-z]+", "absent");
        EXPECTED.put(route, new Expected(path, body, status));
    }

    @Test
    void every_route_is_in_this_table_and_answers_as_it_says() throws Exception {
        try (AdminSite site = new AdminSite(data)) {
            Routes routes = new Routes(new NoNode());
            assertEquals(
                    new TreeSet<>(EXPECTED.keySet()),
                    routes.all().stream()
                            .map(each -> each.method() + " " + each.template())
                            .collect(Collectors.toCollection(TreeSet::new)));
            for (Map.Entry<String, Expected> each : EXPECTED.entrySet()) {
                String method = each.getKey().substring(0, each.getKey().indexOf(' '));
                Expected expected = each.getValue();
                String body = expected.body().isEmpty() ? null : expected.body();
                for (String authorization : new String[] {null, "Bearer ", "Bearer " + "0".repeat(64), stranger()}) {
                    AdminSite.Answer refused = site.call(method, expected.path(), body, authorization);
                    assertEquals(401, refused.status(), each.getKey() + " with " + authorization);
                    assertEquals("not_authorised", refused.body().path("error").asText());
                }
                AdminSite.Answer answer = site.call(method, expected.path(), body);
                assertEquals(expected.status(), answer.status(), each.getKey() + " " + answer.body());
                if (answer.status() >= 400) {
                    assertTrue(answer.body().has("reason") || answer.body().has("status"), each.getKey());
                }
            }
        }
    }

    @Test
    void paths_that_do_not_exist_are_told_to_those_only_who_may_ask() throws Exception {
        try (AdminSite site = new AdminSite(data)) {
            for (String path :
                    new String[] {"/", "/nothing", "/queues/%2F/a/b/c/d", "/../queues", "/queues/../overview"}) {
                assertEquals(401, site.call("GET", path, null, null).status(), path);
                assertEquals(404, site.get(path).status(), path);
            }
            assertEquals(405, site.call("PATCH", "/overview", null).status());
            assertEquals(405, site.call("OPTIONS", "/queues", null).status());
        }
    }

    @Test
    void what_is_declared_is_seen_emptied_and_deleted() throws Exception {
        try (AdminSite site = new AdminSite(data);
                Connection connection = site.amqp()) {
            assertEquals(
                    201,
                    site.put("/queues/%2F/a%2Fb%20%C3%A9", "{\"durable\":true}").status());
            assertEquals(
                    204,
                    site.put("/queues/%2F/a%2Fb%20%C3%A9", "{\"durable\":true}").status());
            assertEquals(
                    400,
                    site.put("/queues/%2F/a%2Fb%20%C3%A9", "{\"durable\":false}")
                            .status());
            assertEquals(
                    201, site.put("/exchanges/%2F/x", "{\"type\":\"topic\"}").status());
            AdminSite.Answer bound = site.call(
                    "POST",
                    "/bindings/%2F/e/x/q/a%2Fb%20%C3%A9",
                    "{\"routing_key\":\"a.*\",\"arguments\":{\"n\":5,\"t\":\"x\"}}");
            assertEquals(201, bound.status(), bound.body().toString());

            var channel = connection.createChannel();
            channel.confirmSelect();
            channel.basicPublish("x", "a.b", null, new byte[3]);
            channel.waitForConfirmsOrDie(10_000);

            AdminSite.Answer shown = site.get("/queues/%2F/a%2Fb%20%C3%A9");
            assertEquals("a/b é", shown.body().path("name").asText());
            assertEquals(1, shown.body().path("messages_ready").asInt());
            AdminSite.Answer bindings = site.get("/bindings/%2F/e/x/q/a%2Fb%20%C3%A9");
            assertEquals(5, bindings.body().path(0).path("arguments").path("n").asInt());
            String key = bindings.body().path(0).path("properties_key").asText();
            assertEquals(
                    2, site.get("/queues/%2F/a%2Fb%20%C3%A9/bindings").body().size());
            assertEquals(
                    204,
                    site.delete("/bindings/%2F/e/x/q/a%2Fb%20%C3%A9/" + Percent.encode(key))
                            .status());
            assertEquals(
                    0, site.get("/bindings/%2F/e/x/q/a%2Fb%20%C3%A9").body().size());

            AdminSite.Answer purged = site.delete("/queues/%2F/a%2Fb%20%C3%A9/contents");
            assertEquals(204, purged.status());
            assertEquals(
                    "1", purged.raw().headers().firstValue("X-Message-Count").orElse(""));
            assertEquals(
                    204, site.delete("/queues/%2F/a%2Fb%20%C3%A9?if-empty=true").status());
            assertEquals(404, site.get("/queues/%2F/a%2Fb%20%C3%A9").status());
            assertEquals(204, site.delete("/exchanges/%2F/x").status());
        }
    }

    @Test
    void connection_is_listed_with_its_channels_and_consumers_and_closed_with_a_reason() throws Exception {
        try (AdminSite site = new AdminSite(data)) {
            Connection connection = site.amqp();
            var channel = connection.createChannel();
            channel.basicQos(7);
            channel.confirmSelect();
            channel.queueDeclare("q", true, false, false, Map.of("x-queue-type", "classic"));
            channel.basicConsume("q", false, "me", new com.rabbitmq.client.DefaultConsumer(channel));

            var listed = site.get("/connections").body().path(0);
            assertEquals("guest", listed.path("user").asText());
            assertEquals("/", listed.path("vhost").asText());
            assertEquals("running", listed.path("state").asText());
            assertEquals(1, listed.path("channels").asInt());
            assertEquals("AMQP 0-9-1", listed.path("protocol").asText());
            assertEquals("test client", listed.path("user_provided_name").asText());
            String name = listed.path("name").asText();
            assertEquals("127.0.0.1:" + connectionPort(connection) + " -> 127.0.0.1:" + site.port(), name);

            var channels = site.get("/connections/" + Percent.encode(name) + "/channels")
                    .body();
            assertEquals(7, channels.path(0).path("prefetch_count").asInt(), channels.toString());
            assertTrue(channels.path(0).path("confirm").asBoolean());
            var consumer = site.get("/consumers/%2F").body().path(0);
            assertEquals("me", consumer.path("consumer_tag").asText());
            assertEquals(
                    name,
                    consumer.path("channel_details").path("connection_name").asText());
            assertEquals(
                    1,
                    site.get("/overview")
                            .body()
                            .path("object_totals")
                            .path("consumers")
                            .asInt());
            assertEquals(
                    "classic",
                    site.get("/queues/%2F/q")
                            .body()
                            .path("arguments")
                            .path("x-queue-type")
                            .asText());

            assertEquals(
                    204, site.delete("/connections/" + Percent.encode(name)).status());
            org.awaitility.Awaitility.await().until(() -> !connection.isOpen());
            assertTrue(
                    String.valueOf(connection.getCloseReason()).contains("Closed via management plugin"),
                    String.valueOf(connection.getCloseReason()));
            assertEquals(
                    404, site.delete("/connections/" + Percent.encode(name)).status());
        }
    }

    @Test
    void channel_is_reported_in_the_mode_that_it_is_in() throws Exception {
        try (AdminSite site = new AdminSite(data);
                Connection connection = site.amqp()) {
            var plain = connection.createChannel(1);
            var confirming = connection.createChannel(2);
            var transactional = connection.createChannel(3);
            assertNotNull(plain);
            plain.queueDeclare("q", true, false, false, null);
            confirming.confirmSelect();
            transactional.txSelect();
            plain.basicPublish("", "q", null, new byte[1]);
            transactional.basicPublish("", "q", null, new byte[1]);
            transactional.txCommit();
            confirming.basicPublish("", "q", null, new byte[1]);
            confirming.waitForConfirmsOrDie(10_000);
            for (String path : new String[] {"/channels", "/vhosts/%2F/channels"}) {
                var rows = site.get(path).body();
                assertEquals(3, rows.size(), path);
                for (var row : rows) {
                    int number = row.path("number").asInt();
                    assertEquals(number == 2, row.path("confirm").booleanValue(), row.toString());
                    assertEquals(number == 3, row.path("transactional").booleanValue(), row.toString());
                    assertEquals(0, row.path("messages_unconfirmed").asInt(-1), row.toString());
                    assertEquals(0, row.path("messages_unacknowledged").asInt(-1), row.toString());
                }
            }
            assertNotNull(confirming.basicGet("q", false));
            String name = site.get("/channels").body().path(0).path("name").asText();
            String second = name.replaceAll("\\([0-9]+\\)$", "(2)");
            var shown = site.get("/channels/" + Percent.encode(second)).body();
            assertEquals(1, shown.path("messages_unacknowledged").asInt(), shown.toString());
            assertTrue(shown.path("confirm").booleanValue(), shown.toString());
        }
    }

    /** Another one each time: who fails too often is told so instead. */
    private String stranger() {
        String pair = "stranger" + strangers++ + ":guess";
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static int connectionPort(Connection connection) {
        return ((com.rabbitmq.client.impl.AMQConnection) connection).getLocalPort();
    }
}
