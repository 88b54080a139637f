package io.millrace.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.millrace.config.NearestName;
import io.millrace.server.ExitCode;
import io.millrace.server.FatalException;
import io.millrace.server.node.AdminAccess;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Talks to the management interface of the broker that runs on a data directory. */
final class AdminClient {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration ANSWER_MAX = Duration.ofSeconds(150);
    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);

    private final AdminAccess access;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_MAX)
            .build();

    /**
     * An answer.
     *
     * @param status the HTTP status
     * @param body its JSON, missing if there is none
     * @param messages how many messages it is about, empty if it does not say
     */
    record Answer(int status, JsonNode body, String messages) {}

    /**
     * Where the names are that somebody may have meant.
     *
     * @param path a list
     * @param name what was given
     */
    record Names(String path, String name) {}

    private AdminClient(AdminAccess access) {
        this.access = access;
    }

    /**
     * The way to the broker on that directory.
     *
     * @throws FatalException none runs there, or it cannot be administered
     */
    static AdminClient of(Path directory) {
        RunningBroker running = RunningBroker.on(directory)
                .orElseThrow(() -> new FatalException(ExitCode.NOT_RUNNING, RunningBroker.absence(directory)));
        AdminAccess access = running.file().admin();
        if (access == null) {
            throw new FatalException(
                    ExitCode.REFUSED,
                    "the broker on " + directory + " was started with admin.enabled=false and cannot be administered");
        }
        return new AdminClient(access);
    }

    /** A part of a path. */
    static String part(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    JsonNode get(String path) {
        return expect(exchange("GET", path, null, bearer(), null), null).body();
    }

    JsonNode get(String path, Names otherwise) {
        return expect(exchange("GET", path, null, bearer(), null), otherwise).body();
    }

    Answer send(String method, String path, @Nullable JsonNode body, @Nullable Names otherwise) {
        return expect(exchange(method, path, body == null ? null : body.toString(), bearer(), null), otherwise);
    }

    Answer close(String path, String reason, @Nullable Names otherwise) {
        return expect(exchange("DELETE", path, null, bearer(), reason), otherwise);
    }

    /** Closes a connection that may have gone. */
    Answer closeIfThere(String path, String reason) {
        return exchange("DELETE", path, null, bearer(), reason);
    }

    /** Sends without looking at the status. */
    Answer ask(String method, String path, @Nullable String body) {
        return exchange(method, path, body, bearer(), null);
    }

    /** Asks who a user is, by name and password. */
    Answer askAs(String user, String password) {
        String pair = user + ":" + password;
        return exchange(
                "GET",
                "/whoami",
                null,
                "Basic " + java.util.Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)),
                null);
    }

    private String bearer() {
        return "Bearer " + access.token();
    }

    private Answer exchange(
            String method, String path, @Nullable String body, String authorization, @Nullable String reason) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(access.address() + "/api" + path))
                .timeout(ANSWER_MAX)
                .header("Authorization", authorization)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (reason != null && !reason.isBlank()) {
            request.header("X-Reason", reason.replaceAll("[^\\x20-\\x7e]", " "));
        }
        try {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            String text = answer.body();
            JsonNode json = text.isEmpty() ? MissingNode.getInstance() : MAPPER.readTree(text);
            String messages = answer.headers().firstValue("X-Message-Count").orElse("");
            return new Answer(answer.statusCode(), json, messages);
        } catch (ConnectException e) {
            throw new FatalException(
                    ExitCode.NOT_RUNNING, "the broker does not answer at " + access.address() + "; is it stopping?", e);
        } catch (JsonProcessingException e) {
            throw new FatalException(ExitCode.UNEXPECTED, "the broker's answer is not JSON: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new FatalException(ExitCode.UNEXPECTED, "the broker's answer was cut off: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FatalException(ExitCode.UNEXPECTED, "interrupted", e);
        }
    }

    private Answer expect(Answer answer, @Nullable Names otherwise) {
        if (answer.status() < 400) {
            return answer;
        }
        String reason = answer.body().path("reason").asText("status " + answer.status());
        if (answer.status() == 404) {
            throw new FatalException(ExitCode.NOT_FOUND, reason + hint(otherwise));
        }
        throw new FatalException(answer.status() == 500 ? ExitCode.UNEXPECTED : ExitCode.REFUSED, reason);
    }

    private String hint(@Nullable Names otherwise) {
        if (otherwise == null) {
            return "";
        }
        List<String> known = new ArrayList<>();
        Answer list = ask("GET", otherwise.path() + "?columns=name", null);
        list.body().forEach(each -> {
            String name = each.path("name").asText();
            if (!name.isEmpty()) {
                known.add(name);
            }
        });
        return list.status() != 200 || known.isEmpty() ? "" : "; " + NearestName.hint(otherwise.name(), known);
    }
}
