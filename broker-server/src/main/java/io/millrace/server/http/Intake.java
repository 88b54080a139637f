package io.millrace.server.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the body of a request, which is paused, within its bounds. On the event loop. */
final class Intake {
    private final int max;
    private final Consumer<byte[]> complete;
    private final Consumer<Refusal> refused;
    private final Buffer body = Buffer.buffer();
    private boolean over;

    private Intake(int max, Consumer<byte[]> complete, Consumer<Refusal> refused) {
        this.max = max;
        this.complete = complete;
        this.refused = refused;
    }

    /** Reads; exactly one of the two is called, or none if the client goes away. */
    static void read(HttpServerRequest request, int max, Consumer<byte[]> complete, Consumer<Refusal> refused) {
        if (announced(request) > max) {
            refused.accept(tooLarge(max));
            return;
        }
        Intake intake = new Intake(max, complete, refused);
        @Nullable String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        request.handler(intake::take);
        request.endHandler(end -> intake.end(type));
        request.resume();
    }

    private void take(Buffer bytes) {
        if (over) {
            return;
        }
        if (body.length() + bytes.length() > max) {
            over = true;
            refused.accept(tooLarge(max));
            return;
        }
        body.appendBuffer(bytes);
    }

    private void end(@Nullable String type) {
        if (over) {
            return;
        }
        over = true;
        if (body.length() > 0 && !isJson(type)) {
            refused.accept(new Refusal(
                    415, "unsupported_media_type", "a body has to come with the content type application/json"));
            return;
        }
        complete.accept(body.getBytes());
    }

    private static boolean isJson(@Nullable String type) {
        String kind = type == null ? "" : type.toLowerCase(Locale.ROOT);
        int parameters = kind.indexOf(';');
        return (parameters < 0 ? kind : kind.substring(0, parameters)).strip().equals("application/json");
    }

    private static long announced(HttpServerRequest request) {
        @Nullable String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private static Refusal tooLarge(int max) {
        return new Refusal(413, "payload_too_large", "the body may have at most " + max + " bytes");
    }
}
