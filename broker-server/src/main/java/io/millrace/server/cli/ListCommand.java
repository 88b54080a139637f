package io.millrace.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.config.NearestName;
import io.millrace.server.ExitCode;
import io.millrace.server.FatalException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Parameters;

/** Prints a list of the broker's, with the columns that are asked for. */
abstract class ListCommand extends AdminCommand {
    @Parameters(paramLabel = "COLUMN", arity = "0..*", description = "Which columns, in this order.")
    private List<String> columns = new ArrayList<>();

    /** Where the list is. */
    abstract String path();

    /** All columns: their names, and where their values are in a row. */
    abstract Map<String, String> known();

    /** The columns if none are asked for. */
    abstract List<String> usual();

    @Override
    final ExitCode run(AdminClient client) {
        List<String> wanted = columns.isEmpty() ? usual() : columns;
        List<String> paths = new ArrayList<>();
        for (String each : wanted) {
            String at = known().get(each);
            if (at == null) {
                throw new FatalException(
                        ExitCode.USAGE,
                        "there is no column '" + each + "'; " + NearestName.hint(each, known().keySet())
                                + " There are: " + String.join(" ", known().keySet()));
            }
            paths.add(at);
        }
        JsonNode rows = client.get(path());
        if (output().json()) {
            out().println(columns.isEmpty() ? rows : cut(rows, wanted, paths));
            return ExitCode.OK;
        }
        Table table = new Table(wanted, paths);
        rows.forEach(table::add);
        table.print(out(), output());
        return ExitCode.OK;
    }

    private static JsonNode cut(JsonNode rows, List<String> names, List<String> paths) {
        ArrayNode cut = JsonNodeFactory.instance.arrayNode();
        for (JsonNode row : rows) {
            ObjectNode less = cut.addObject();
            for (int i = 0; i < names.size(); i++) {
                less.set(names.get(i), Table.at(row, paths.get(i)));
            }
        }
        return cut;
    }

    /** Columns whose values stand under their own names. */
    static Map<String, String> same(String... names) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String each : names) {
            map.put(each, each);
        }
        return map;
    }
}
