package io.millrace.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that mean harm, each followed by one that does not. */
class HostileRequestsTest {
    @TempDir
    private Path data = Path.of("");

    private AdminSite site;

    @BeforeEach
    void start() throws Exception {
        site = new AdminSite(data);
    }

    @AfterEach
    void stop() throws Exception {
        assertEquals(200, site.get("/overview").status());
        assertEquals(0, site.get("/queues").body().size());
        site.close();
    }

    @Test
    void body_above_the_bound_is_refused_whether_announced_or_not() throws Exception {
        String large = "{\"arguments\":{\"a\":\"" + "x".repeat(1 << 20) + "\"}}";
        assertEquals(413, site.put("/queues/%2F/q", large).status());
        String chunk = "10000\r\n" + "x".repeat(1 << 16) + "\r\n";
        String answer = site.raw(head("PUT", "/api/queues/%2F/q")
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk.repeat(17)
                + "0\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
        String announced = site.raw(head("PUT", "/api/queues/%2F/q")
                + "Content-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{}");
        assertTrue(announced.startsWith("HTTP/1.1 413"), announced);
    }

    @Test
    void json_that_is_deep_long_or_wrong_is_refused() throws Exception {
        for (String value : new String[] {
            "[".repeat(101) + "]".repeat(101),
            "[".repeat(100_000),
            "9".repeat(101),
            "{\"a\":1,\"a\":2}",
            "{} {}",
            "{\"a\":",
            "\u0000"
        }) {
            AdminSite.Answer answer = site.put("/queues/%2F/q", "{\"arguments\":{\"x\":" + value + "}}");
            assertEquals(400, answer.status(), value.substring(0, Math.min(20, value.length())));
            assertFalse(
                    answer.body().toString().contains("Exception"),
                    answer.body().toString());
        }
        assertEquals(
                400,
                site.put("/queues/%2F/q", "{\"arguments\":{\"x\":99999999999999999999}}")
                        .status());
        assertEquals(400, site.put("/queues/%2F/q", "{\"durable\":\"maybe\"}").status());
    }

    @Test
    void state_is_changed_by_json_only() throws Exception {
        for (String type : new String[] {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"}) {
            String answer = site.raw(
                    head("PUT", "/api/queues/%2F/q") + "Content-Type: " + type + "\r\nContent-Length: 2\r\n\r\n{}");
            assertTrue(answer.startsWith("HTTP/1.1 415"), answer);
        }
    }

    @Test
    void other_names_of_the_host_are_refused_and_no_origin_is_let_in() throws Exception {
        for (String host : new String[] {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example:1", ""}) {
            String answer = site.raw("GET /api/overview HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer "
                    + site.access.token() + "\r\nConnection: close\r\n\r\n");
            assertTrue(answer.matches("(?s)HTTP/1.[01] (403|400).*"), host + ": " + answer);
        }
        String answer = site.raw(head("GET", "/api/overview") + "Origin: http://evil.example\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
        assertFalse(answer.toLowerCase(java.util.Locale.ROOT).contains("access-control-allow"), answer);
    }

    @Test
    void lines_and_paths_that_are_no_names_have_no_effect() throws Exception {
        assertEquals(400, site.put("/vhosts/a%0D%0Ab", "{}").status());
        assertEquals(400, site.put("/users/a%00b", "{\"password\":\"x\"}").status());
        assertEquals(404, site.get("/queues/%2F/..%2F..%2Fetc%2Fpasswd").status());
        assertEquals(404, site.get("/queues/%2F/%2E%2E/%2E%2E").status());
        for (String path : new String[] {"/api/queues/%2F/%ff", "/api/queues/%2", "/api/queues/%zz"}) {
            String answer = site.raw(head("GET", path) + "\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
        }
        String split = site.raw(head("GET", "/api/nothing%0d%0aX-Injected:%20yes") + "\r\n");
        assertFalse(split.contains("\r\nX-Injected"), split);
    }

    @Test
    void requests_that_are_smuggled_or_too_long_are_refused() throws Exception {
        String both = site.raw(head("PUT", "/api/queues/%2F/q")
                + "Content-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "0\r\n\r\nGET /api/users HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertFalse(both.contains("guest"), both);
        assertEquals(404, site.get("/queues/%2F/absent").status());
        site.delete("/queues/%2F/q");
        String line = site.raw(head("GET", "/api/" + "a".repeat(20_000)) + "\r\n");
        assertTrue(line.equals(AdminSite.CUT) || line.matches("(?s)HTTP/1.[01] (414|400).*"), line);
        String header = site.raw(head("GET", "/api/overview") + "X: " + "a".repeat(40_000) + "\r\n\r\n");
        assertTrue(header.equals(AdminSite.CUT) || header.matches("(?s)HTTP/1.[01] (431|400).*"), header);
    }

    @Test
    void guessing_of_a_password_is_stopped_and_others_may_go_on() throws Exception {
        String guess = "Basic " + Base64.getEncoder().encodeToString("guest:wrong".getBytes(StandardCharsets.UTF_8));
        int status = 0;
        for (int i = 0; i <= FailedLogins.PER_MINUTE_MAX; i++) {
            status = site.call("GET", "/overview", null, guess).status();
        }
        assertEquals(429, status);
    }

    @Test
    void user_with_the_tag_of_an_administrator_logs_in_and_others_see_what_their_tag_allows() throws Exception {
        assertEquals(
                201,
                site.put("/users/eve", "{\"password\":\"pw\",\"tags\":\"\"}").status());
        String eve = "Basic " + Base64.getEncoder().encodeToString("eve:pw".getBytes(StandardCharsets.UTF_8));
        assertEquals(401, site.call("GET", "/overview", null, eve).status());
        site.put("/users/eve", "{\"tags\":\"monitoring\"}");
        assertEquals(200, site.call("GET", "/overview", null, eve).status());
        assertEquals(403, site.call("GET", "/users", null, eve).status());
        assertEquals(403, site.call("PUT", "/queues/%2F/q", "{}", eve).status());
        site.put("/users/eve", "{\"tags\":[\"administrator\"]}");
        assertEquals(200, site.call("GET", "/users", null, eve).status());
        // Without permissions in the virtual host an administrator may not use what is in it, as over AMQP.
        assertEquals(403, site.call("PUT", "/queues/%2F/q", "{}", eve).status());
        assertFalse(site.get("/users").raw().body().contains("pbkdf2"));
    }

    @Test
    void request_that_never_ends_is_cut_off_in_total_and_not_from_byte_to_byte() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (HttpAdmin admin =
                new HttpAdmin(vertx, "token", new NoNode(), (user, password, on, answer) -> {}, Runnable::run, 300)) {
            URI uri = admin.listen(0);
            for (String begin : new String[] {
                "",
                "GET /api/overview HTTP/1.1\r\nX: ",
                "PUT /api/queues/v/q HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer token\r\nContent-Length: 1000\r\n\r\n"
            }) {
                try (Socket socket = new Socket("127.0.0.1", uri.getPort())) {
                    socket.setSoTimeout(10);
                    socket.getOutputStream().write(begin.getBytes(StandardCharsets.ISO_8859_1));
                    assertTrue(endsWhileBytesTrickle(socket), begin);
                }
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static boolean endsWhileBytesTrickle(Socket socket) {
        for (int i = 0; i < 6_000; i++) {
            try {
                socket.getOutputStream().write('a');
                if (socket.getInputStream().read() < 0) {
                    return true;
                }
            } catch (java.net.SocketTimeoutException goOn) {
                continue;
            } catch (IOException cut) {
                return true;
            }
        }
        return false;
    }

    private String head(String method, String path) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                + site.access.token() + "\r\n";
    }
}
