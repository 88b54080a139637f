package io.millrace.benchmarks.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.millrace.benchmarks.report.Grid;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** In which form tables are printed. Progress goes to standard error in every form. */
final class OutputFlags {
    @Option(names = "--json", description = "Print JSON instead of a table.")
    private boolean json;

    @Option(names = "--csv", description = "Print CSV instead of a table.")
    private boolean csv;

    boolean isForPeople() {
        return !json && !csv;
    }

    /** Prints tables, each under its title, below a line that says with what they were made. */
    void print(PrintWriter out, String made, Map<String, Grid> grids) {
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("made", made);
            grids.forEach((title, grid) -> all.put(title, grid.objects()));
            try {
                out.println(new ObjectMapper()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(all));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        } else if (csv) {
            grids.forEach((title, grid) -> out.print(grid.csv()));
        } else {
            out.println("\n" + made);
            grids.forEach((title, grid) -> out.println("\n" + title + "\n\n" + grid.markdown()));
        }
        out.flush();
    }
}
