package io.millrace.server.http;

import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked.
 *
 * @param method the verb
 * @param template the path behind {@code /api}; {@code :name} is a variable part
 * @param access what it asks of its caller
 * @param bodyMax most bytes of a body
 * @param handler carries it out, on a worker
 */
record Route(HttpMethod method, String template, Access access, int bodyMax, Handler handler) {
    /** Carries a request out; may block. */
    @FunctionalInterface
    interface Handler {
        Response handle(Call call) throws Exception;
    }

    private static final String ROOT = "/api";

    /** The variable parts if that path is this route's; null if not. */
    @Nullable
    Map<String, String> match(List<String> segments) {
        String[] wanted = (ROOT + template).substring(1).split("/", -1);
        if (wanted.length != segments.size()) {
            return null;
        }
        Map<String, String> parts = new LinkedHashMap<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith(":")) {
                parts.put(wanted[i].substring(1), segments.get(i));
            } else if (!wanted[i].equals(segments.get(i))) {
                return null;
            }
        }
        return parts;
    }

    /** Takes a path apart: split first, decoded then, so that a name may contain a slash. */
    static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String each : path.substring(Math.min(1, path.length())).split("/", -1)) {
            segments.add(Percent.decode(each));
        }
        if (segments.size() > 1 && segments.get(segments.size() - 1).isEmpty()) {
            segments.remove(segments.size() - 1);
        }
        return segments;
    }
}
