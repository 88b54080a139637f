package io.millrace.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.core.model.BrokerException;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.URI;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the management interface on the loopback interface. */
public final class HttpAdmin implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HttpAdmin.class);

    private static final String ADDRESS = "127.0.0.1";
    private static final int CONNECTIONS_MAX = 64;
    private static final int LINE_BYTES_MAX = 8 << 10;
    private static final int HEADER_BYTES_MAX = 16 << 10;
    private static final long ANSWER_MILLIS_MAX = 120_000;
    private static final long LISTEN_SECONDS_MAX = 10;

    private final Vertx vertx;
    private final Routes routes;
    private final Gate gate;
    private final Executor workers;
    private final long requestMillisMax;
    private final HttpServer server;
    private final IdentityHashMap<HttpConnection, ConnectionTimer> open = new IdentityHashMap<>();

    /**
     * @param vertx whose event loops serve
     * @param token lets the operator in
     * @param node what is administered
     * @param credentials lets users in
     * @param workers carry requests out; bounded, and may refuse
     * @param requestMillisMax how long a request may take until it is complete
     */
    public HttpAdmin(
            Vertx vertx,
            String token,
            NodeAdmin node,
            Credentials credentials,
            Executor workers,
            long requestMillisMax) {
        this.vertx = vertx;
        this.routes = new Routes(node);
        this.gate = new Gate(token, credentials);
        this.workers = workers;
        this.requestMillisMax = requestMillisMax;
        this.server = vertx.createHttpServer(new HttpServerOptions()
                .setHost(ADDRESS)
                .setHttp2ClearTextEnabled(false)
                .setUseAlpn(false)
                .setMaxInitialLineLength(LINE_BYTES_MAX)
                .setMaxHeaderSize(HEADER_BYTES_MAX)
                .setHandle100ContinueAutomatically(true));
        server.connectionHandler(this::connected);
        server.requestHandler(this::handle);
    }

    /**
     * Listens. Blocking.
     *
     * @param port 0 takes a free one
     * @return where
     * @throws CompletionException with the system's reason as its cause
     */
    public URI listen(int port) {
        try {
            server.listen(port, ADDRESS)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(LISTEN_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        } catch (TimeoutException e) {
            throw new CompletionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
        return URI.create("http://" + ADDRESS + ":" + server.actualPort());
    }

    /** Ends it with its connections. Does not wait. */
    @Override
    public void close() {
        var unused = server.close();
    }

    private void connected(HttpConnection connection) {
        if (open.size() >= CONNECTIONS_MAX) {
            log.warn("management connection refused, too many open={}", open.size());
            var unused = connection.close();
            return;
        }
        ConnectionTimer timer = new ConnectionTimer(vertx, connection);
        open.put(connection, timer);
        connection.closeHandler(gone -> {
            open.remove(connection);
            timer.stop();
        });
        timer.within(requestMillisMax);
    }

    private void handle(HttpServerRequest request) {
        Context context = vertx.getOrCreateContext();
        ConnectionTimer timer = open.get(request.connection());
        if (timer != null) {
            // The next request has to be here as soon after this one as the first had to be.
            request.response().endHandler(sent -> timer.within(requestMillisMax));
        }
        request.pause();
        try {
            Gate.checkHost(request.getHeader(HttpHeaders.HOST));
            gate.identify(
                    request.getHeader(HttpHeaders.AUTHORIZATION),
                    task -> context.runOnContext(now -> task.run()),
                    caller -> admitted(request, context, caller),
                    refusal -> refuse(request, refusal));
        } catch (Refusal refusal) {
            refuse(request, refusal);
        }
    }

    private void admitted(HttpServerRequest request, Context context, Caller caller) {
        try {
            Routes.Match match = routes.find(request.method(), path(request));
            if (!caller.may(match.route().access())) {
                throw new Refusal(403, "not_authorised", "the user needs the tag administrator for this");
            }
            Map<String, String> query = flat(request.params());
            @Nullable String reason = request.getHeader("X-Reason");
            Map<String, String> headers = reason == null ? Map.of() : Map.of("x-reason", reason);
            Intake.read(
                    request,
                    match.route().bodyMax(),
                    body -> carryOut(
                            request, context, match.route(), new Call(caller, match.parts(), query, headers, body)),
                    refusal -> refuse(request, refusal));
        } catch (Refusal refusal) {
            refuse(request, refusal);
        } catch (IllegalArgumentException malformed) {
            refuse(request, Refusal.badRequest("the parameters cannot be decoded"));
        }
    }

    private void carryOut(HttpServerRequest request, Context context, Route route, Call call) {
        ConnectionTimer timer = open.get(request.connection());
        if (timer != null) {
            timer.within(ANSWER_MILLIS_MAX);
        }
        try {
            workers.execute(() -> work(request, context, route, call));
        } catch (RejectedExecutionException busy) {
            refuse(request, Refusal.unavailable("too many requests are waiting; try again"));
        }
    }

    /** On a worker. */
    private static void work(HttpServerRequest request, Context context, Route route, Call call) {
        Response response = answer(route, call);
        if (!route.method().equals(HttpMethod.GET)) {
            log.info(
                    "management user={} method={} path={} status={}",
                    call.caller().user() == null ? "(operator)" : call.caller().user(),
                    route.method(),
                    request.path(),
                    response.status());
        }
        try {
            send(request, context, response);
        } catch (IOException e) {
            log.debug("management answer was not sent path={} cause={}", request.path(), e.toString());
            cut(request, context);
        } catch (RuntimeException | Error e) {
            // The status may have gone out: an answer that is cut off is all that can still tell of it.
            log.error("management answer failed path={}", request.path(), e);
            cut(request, context);
        }
    }

    private static Response answer(Route route, Call call) {
        try {
            return route.handler().handle(call);
        } catch (Refusal refusal) {
            return Response.refused(refusal);
        } catch (BrokerException why) {
            return Response.refused(Refusal.of(why));
        } catch (Exception | Error defect) {
            log.error("a defect in a management request method={} path={}", route.method(), route.template(), defect);
            return Response.refused(
                    new Refusal(500, "internal_error", "the broker could not carry it out; its log says why"));
        }
    }

    private static void send(HttpServerRequest request, Context context, Response response) throws IOException {
        HttpServerResponse to = request.response();
        to.setStatusCode(response.status());
        headers(to);
        response.headers().forEach(to::putHeader);
        ResponseStream stream = new ResponseStream(context, to);
        if (response.hasBody()) {
            to.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
            try (JsonGenerator out = Json.mapper().createGenerator(stream)) {
                response.body().write(out);
            }
        }
        stream.close();
    }

    private static void cut(HttpServerRequest request, Context context) {
        context.runOnContext(now -> {
            var unused = request.connection().close();
        });
    }

    /** Answers at once; what is still to come of the request is passed over. On the event loop. */
    private static void refuse(HttpServerRequest request, Refusal why) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(why.status());
        headers(response);
        response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
        if (why.status() == 401) {
            response.putHeader("WWW-Authenticate", "Basic realm=\"Millrace\"");
        }
        var unused = response.end(Json.object()
                .put("error", why.error())
                .put("reason", why.reason())
                .toString());
        request.handler(null);
        request.resume();
    }

    private static void headers(HttpServerResponse response) {
        response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    }

    private static String path(HttpServerRequest request) {
        @Nullable String path = request.path();
        return path == null ? "" : path;
    }

    private static Map<String, String> flat(MultiMap map) {
        Map<String, String> flat = new LinkedHashMap<>();
        map.forEach((name, value) -> flat.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
        return flat;
    }
}
