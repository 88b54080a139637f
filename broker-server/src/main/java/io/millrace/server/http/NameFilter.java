package io.millrace.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.model.NamePattern;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Takes rows whose name holds a text, or a match of a regular expression; capitals do not matter. */
final class NameFilter {
    private static final String CASELESS = "(?i)";

    private final String text;
    private final @Nullable NamePattern pattern;

    private NameFilter(String text, @Nullable NamePattern pattern) {
        this.text = text;
        this.pattern = pattern;
    }

    static NameFilter of(@Nullable String name, boolean regex) {
        String text = name == null ? "" : name;
        if (!regex || text.isEmpty()) {
            return new NameFilter(text.toLowerCase(Locale.ROOT), null);
        }
        NamePattern.check("name", text);
        return new NameFilter(text, NamePattern.of(CASELESS + text));
    }

    boolean takes(ObjectNode row) {
        if (text.isEmpty()) {
            return true;
        }
        String name = row.path("name").asText();
        return pattern == null ? name.toLowerCase(Locale.ROOT).contains(text) : pattern.in(name);
    }
}
