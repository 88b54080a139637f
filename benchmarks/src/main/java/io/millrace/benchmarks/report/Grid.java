package io.millrace.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/** A table of texts and numbers, and its forms: Markdown, CSV, objects for JSON. */
public final class Grid {
    private final List<String> columns;
    private final List<List<Cell>> rows = new ArrayList<>();

    /** @param columns names; those of numbers have their unit in them */
    public Grid(List<String> columns) {
        this.columns = List.copyOf(columns);
    }

    /**
     * What stands in a place.
     *
     * @param text  for people
     * @param value for programs: a number or a text
     */
    public record Cell(String text, Object value) {
        public static Cell of(String text) {
            return new Cell(text, text);
        }

        /** A number with so many decimals; empty if there is none. */
        public static Cell of(double value, int decimals) {
            return Double.isNaN(value) ? new Cell("", "") : new Cell(number(value, decimals), value);
        }
    }

    static String number(double value, int decimals) {
        return String.format(java.util.Locale.ROOT, "%,." + decimals + "f", value);
    }

    public Grid row(List<Cell> cells) {
        if (cells.size() != columns.size()) {
            throw new IllegalArgumentException(cells.size() + " cells for " + columns.size() + " columns");
        }
        rows.add(List.copyOf(cells));
        return this;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Columns of numbers are set to the right; widths are even, so that it reads well as it is. */
    public String markdown() {
        int[] widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            int column = i;
            widths[i] = Math.max(
                    columns.get(i).length(),
                    rows.stream()
                            .mapToInt(row -> row.get(column).text().length())
                            .max()
                            .orElse(0));
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            out.append("| ")
                    .append(padded(columns.get(i), widths[i], isNumber(i)))
                    .append(' ');
        }
        out.append("|\n");
        for (int i = 0; i < widths.length; i++) {
            out.append('|').append("-".repeat(widths[i] + 1)).append(isNumber(i) ? ':' : '-');
        }
        out.append("|\n");
        for (List<Cell> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                out.append("| ")
                        .append(padded(row.get(i).text(), widths[i], isNumber(i)))
                        .append(' ');
            }
            out.append("|\n");
        }
        return out.toString();
    }

    private boolean isNumber(int column) {
        return rows.stream().anyMatch(row -> row.get(column).value() instanceof Number);
    }

    private static String padded(String text, int width, boolean right) {
        String space = " ".repeat(Math.max(0, width - text.length()));
        return right ? space + text : text + space;
    }

    public String csv() {
        StringBuilder out = new StringBuilder(
                String.join(",", columns.stream().map(Grid::quoted).toList()));
        for (List<Cell> row : rows) {
            out.append('\n')
                    .append(String.join(
                            ",",
                            row.stream()
                                    .map(cell -> quoted(cell.value().toString()))
                                    .toList()));
        }
        return out.append('\n').toString();
    }

    private static String quoted(String text) {
        return text.matches("[^\",\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    /** Rows as maps from column to value. */
    public List<java.util.Map<String, Object>> objects() {
        List<java.util.Map<String, Object>> objects = new ArrayList<>();
        for (List<Cell> row : rows) {
            java.util.Map<String, Object> object = new java.util.LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                object.put(columns.get(i), row.get(i).value());
            }
            objects.add(object);
        }
        return objects;
    }
}
