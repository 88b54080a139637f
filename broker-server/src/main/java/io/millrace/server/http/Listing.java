package io.millrace.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A list as an answer: {@code name}, {@code use_regex}, {@code columns}, {@code sort}, {@code sort_reverse}, {@code page}
 * and {@code page_size} as RabbitMQ has them. Without sorting it is written while it is read.
 */
final class Listing {
    private static final int PAGE_SIZE = 100;
    private static final int PAGE_SIZE_MAX = 500;
    /** Most rows that are kept to be sorted. */
    private static final int SORTED_MAX = 20_000;

    private final NameFilter filter;
    private final @Nullable List<String> columns;
    private final @Nullable String sort;
    private final boolean reverse;
    private final int page;
    private final int pageSize;

    private Listing(Call call) {
        this.filter = NameFilter.of(call.parameter("name"), call.flag("use_regex"));
        String wanted = call.parameter("columns");
        this.columns = wanted == null || wanted.isBlank() ? null : List.of(wanted.split(",", -1));
        String by = call.parameter("sort");
        this.sort = by == null || by.isBlank() ? null : by;
        this.reverse = call.flag("sort_reverse");
        this.page = number(call, "page", 0, Integer.MAX_VALUE);
        this.pageSize = call.parameter("page_size") == null ? PAGE_SIZE : number(call, "page_size", 1, PAGE_SIZE_MAX);
    }

    /** Answers with these rows, asked for once. */
    static Response of(Call call, Supplier<Iterator<List<ObjectNode>>> rows) {
        Listing listing = new Listing(call);
        if (listing.page > 0) {
            ObjectNode answer = listing.page(rows.get());
            return Response.ok(answer);
        }
        if (listing.sort != null) {
            ArrayNode answer = Json.array();
            listing.sorted(rows.get(), new Totals()).forEach(row -> answer.add(listing.cut(row)));
            return Response.ok(answer);
        }
        Iterator<List<ObjectNode>> source = rows.get();
        // What can be refused is refused before the status goes out.
        boolean any = source.hasNext();
        List<ObjectNode> first = any ? source.next() : List.of();
        return Response.stream(out -> listing.write(first, source, out));
    }

    private static final class Totals {
        int all;
        int kept;
    }

    private void write(List<ObjectNode> first, Iterator<List<ObjectNode>> rest, JsonGenerator out) throws IOException {
        out.writeStartArray();
        List<ObjectNode> chunk = first;
        while (true) {
            for (ObjectNode row : chunk) {
                if (filter.takes(row)) {
                    out.writeTree(cut(row));
                }
            }
            if (!rest.hasNext()) {
                break;
            }
            chunk = rest.next();
        }
        out.writeEndArray();
    }

    private ObjectNode page(Iterator<List<ObjectNode>> source) {
        Totals totals = new Totals();
        List<ObjectNode> items = new ArrayList<>();
        long begin = (page - 1L) * pageSize;
        if (sort == null) {
            while (source.hasNext()) {
                for (ObjectNode row : source.next()) {
                    totals.all++;
                    if (filter.takes(row)) {
                        if (totals.kept >= begin && items.size() < pageSize) {
                            items.add(row);
                        }
                        totals.kept++;
                    }
                }
            }
        } else {
            List<ObjectNode> all = sorted(source, totals);
            int from = (int) Math.min(begin, all.size());
            items.addAll(all.subList(from, Math.min(from + pageSize, all.size())));
        }
        int pages = Math.max(1, (totals.kept + pageSize - 1) / pageSize);
        if (page > pages) {
            throw Refusal.badRequest("page " + page + " is behind the last, which is " + pages);
        }
        ObjectNode answer = Json.object();
        answer.put("filtered_count", totals.kept).put("item_count", items.size());
        ArrayNode array = answer.putArray("items");
        items.forEach(row -> array.add(cut(row)));
        answer.put("page", page).put("page_count", pages).put("page_size", pageSize);
        answer.put("total_count", totals.all);
        return answer;
    }

    private List<ObjectNode> sorted(Iterator<List<ObjectNode>> source, Totals totals) {
        List<ObjectNode> kept = new ArrayList<>();
        while (source.hasNext()) {
            for (ObjectNode row : source.next()) {
                totals.all++;
                if (filter.takes(row)) {
                    kept.add(row);
                }
            }
            if (kept.size() > SORTED_MAX) {
                throw Refusal.badRequest("more than " + SORTED_MAX + " rows are not sorted; filter by name");
            }
        }
        totals.kept = kept.size();
        Comparator<ObjectNode> order = (a, b) -> compare(at(a, sortKey()), at(b, sortKey()));
        kept.sort(reverse ? order.reversed() : order);
        return kept;
    }

    private String sortKey() {
        return sort == null ? "name" : sort;
    }

    private static int compare(JsonNode a, JsonNode b) {
        return a.isNumber() && b.isNumber()
                ? Double.compare(a.doubleValue(), b.doubleValue())
                : a.asText().compareTo(b.asText());
    }

    private ObjectNode cut(ObjectNode row) {
        if (columns == null) {
            return row;
        }
        ObjectNode less = Json.object();
        for (String column : columns) {
            JsonNode value = at(row, column);
            if (value.isMissingNode()) {
                continue;
            }
            ObjectNode into = less;
            String[] steps = column.split("\\.", -1);
            for (int i = 0; i < steps.length - 1; i++) {
                into = into.get(steps[i]) instanceof ObjectNode there ? there : into.putObject(steps[i]);
            }
            into.set(steps[steps.length - 1], value);
        }
        return less;
    }

    private static JsonNode at(JsonNode row, String column) {
        JsonNode value = row;
        for (String step : column.split("\\.", -1)) {
            value = value.path(step);
        }
        return value;
    }

    private static int number(Call call, String name, int min, int max) {
        String text = call.parameter(name);
        if (text == null) {
            return 0;
        }
        try {
            int value = Integer.parseInt(text);
            if (value >= Math.max(1, min) && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // It is said below.
        }
        throw Refusal.badRequest(name + " has to be a number from " + Math.max(1, min) + " to " + max);
    }
}
