package io.millrace.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.millrace.config.BrokerConfig;
import io.millrace.config.ConfigSources;
import io.millrace.config.Machine;
import io.millrace.server.Broker;
import io.millrace.server.node.AdminAccess;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A node with its management interface, on free ports, and a client of it. */
final class AdminSite implements AutoCloseable {
    /** What {@link #raw} returns when the broker cut the connection before it had read everything. */
    static final String CUT = "(cut)";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    final Broker broker;
    final AdminAccess access;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    AdminSite(Path data, String... settings) throws Exception {
        ConfigSources sources = new ConfigSources();
        sources.set("data.dir=" + data)
                .set("amqp.port=0")
                .set("data.min-free=8MiB")
                .set("security.password-iterations=10000");
        for (String each : settings) {
            sources.set(each);
        }
        this.broker = Broker.start(BrokerConfig.of(sources.read(), Machine.here()));
        this.access = broker.admin().orElseThrow();
    }

    /** An answer: status and JSON. */
    record Answer(int status, JsonNode body, HttpResponse<String> raw) {}

    Answer get(String path) throws Exception {
        return call("GET", path, null);
    }

    Answer put(String path, String body) throws Exception {
        return call("PUT", path, body);
    }

    Answer delete(String path) throws Exception {
        return call("DELETE", path, null);
    }

    Answer call(String method, String path, @Nullable String body) throws Exception {
        return call(method, path, body, "Bearer " + access.token());
    }

    Answer call(String method, String path, @Nullable String body, @Nullable String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(access.address() + "/api" + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return answer(client.send(request.build(), HttpResponse.BodyHandlers.ofString()));
    }

    private static Answer answer(HttpResponse<String> response) throws IOException {
        String text = response.body();
        return new Answer(response.statusCode(), MAPPER.readTree(text.isEmpty() ? "null" : text), response);
    }

    /** Sends bytes as they are and returns all that comes until the broker closes. */
    String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", access.address().getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketException cut) {
            return CUT;
        }
    }

    Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", access.address().getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    int port() {
        return broker.addresses().get(0).getPort();
    }

    ConnectionFactory factory() {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port());
        factory.setAutomaticRecoveryEnabled(false);
        return factory;
    }

    Connection amqp() throws Exception {
        return factory().newConnection("test client");
    }

    @Override
    public void close() {
        broker.close();
    }
}
