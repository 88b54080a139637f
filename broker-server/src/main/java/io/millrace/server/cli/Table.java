package io.millrace.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.server.logging.Escaped;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows of JSON as lines for people, or for scripts. What names hold cannot act on a terminal. */
final class Table {
    private static final String GAP = "  ";

    private final List<String> columns;
    private final List<String> paths;
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * @param columns their names
     * @param paths where their values are in a row, a dot between the steps
     */
    Table(List<String> columns, List<String> paths) {
        this.columns = columns;
        this.paths = paths;
    }

    void add(JsonNode row) {
        List<String> cells = new ArrayList<>();
        for (String path : paths) {
            cells.add(text(at(row, path)));
        }
        rows.add(cells);
    }

    void print(PrintWriter out, OutputFlags flags) {
        List<List<String>> lines = new ArrayList<>();
        if (flags.headers()) {
            lines.add(columns);
        }
        lines.addAll(rows);
        if (flags.tabs()) {
            lines.forEach(line -> out.println(String.join("\t", line)));
            return;
        }
        int[] widths = new int[columns.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                boolean last = i == widths.length - 1;
                text.append(last ? line.get(i) : padded(line.get(i), widths[i]) + GAP);
            }
            out.println(text);
        }
    }

    static JsonNode at(JsonNode row, String path) {
        JsonNode value = row;
        for (String step : path.split("\\.", -1)) {
            value = value.path(step);
        }
        return value;
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    private static String text(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (value.isArray()) {
            List<String> parts = new ArrayList<>();
            value.forEach(each -> parts.add(each.isValueNode() ? each.asText() : each.toString()));
            return Escaped.of("[" + String.join(", ", parts) + "]");
        }
        return Escaped.of(value.isValueNode() ? value.asText() : value.toString());
    }
}
