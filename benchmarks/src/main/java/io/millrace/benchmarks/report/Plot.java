package io.millrace.benchmarks.report;

import java.awt.Color;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws columns of a table over its first one, which grows, on a logarithmic scale. */
public final class Plot {
    private Plot() {}

    /**
     * Writes a picture.
     *
     * @param columns of numbers, by their names
     * @param wide    the numbers reach over several powers of ten, so that their axis is logarithmic too
     * @param file    ends with .svg
     */
    public static void write(Grid grid, String x, List<String> columns, String y, boolean wide, Path file) {
        List<Map<String, Object>> rows = grid.objects();
        XYChart chart = new XYChartBuilder()
                .width(720)
                .height(360)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        chart.getStyler().setXAxisLogarithmic(true).setLegendPosition(LegendPosition.InsideNW);
        if (wide) {
            chart.getStyler().setYAxisLogarithmic(true);
        } else {
            chart.getStyler().setYAxisMin(0.0);
            double highest = rows.stream()
                    .flatMap(row -> columns.stream().map(row::get))
                    .mapToDouble(Plot::number)
                    .max()
                    .orElse(1);
            // Room above the lines for the legend.
            chart.getStyler().setYAxisMax(highest * 1.3);
        }
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        // Nought has no place on such a scale: it stands where one would.
        double[] xs = rows.stream()
                .mapToDouble(row -> Math.max(1, number(row.get(x))))
                .toArray();
        for (String column : columns) {
            chart.addSeries(
                    column,
                    xs,
                    rows.stream().mapToDouble(row -> number(row.get(column))).toArray());
        }
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            VectorGraphicsEncoder.saveVectorGraphic(
                    chart, file.toString().replaceFirst("\\.svg$", ""), VectorGraphicsFormat.SVG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double number(@Nullable Object value) {
        return value instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
