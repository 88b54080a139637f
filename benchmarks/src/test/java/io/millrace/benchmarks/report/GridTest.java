package io.millrace.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GridTest {
    private final Grid grid = new Grid(List.of("name", "rate/s"))
            .row(List.of(Grid.Cell.of("a, \"b\""), Grid.Cell.of(12345.678, 1)))
            .row(List.of(Grid.Cell.of("c"), Grid.Cell.of(Double.NaN, 1)));

    @Test
    void markdown_sets_numbers_to_the_right() {
        assertEquals("""
                | name   |   rate/s |
                |--------|---------:|
                | a, "b" | 12,345.7 |
                | c      |          |
                """, grid.markdown());
    }

    @Test
    void csv_and_objects_have_numbers_as_they_are() {
        assertEquals("name,rate/s\n\"a, \"\"b\"\"\",12345.678\nc,\n", grid.csv());
        assertEquals(
                Map.of("name", "a, \"b\"", "rate/s", 12345.678), grid.objects().get(0));
    }
}
