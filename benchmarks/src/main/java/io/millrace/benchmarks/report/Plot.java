package io.millrace.benchmarks.report;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws columns of a table over its first one, which grows, on a logarithmic scale. */
public final class Plot {
    private Plot() {}

    /**
     * Writes a picture.
     *
     * @param columns of numbers, by their names
     * @param wide    the numbers reach over several powers of ten, so that their axis is logarithmic too
     * @param file    ends with .png
     */
    public static void write(Grid grid, String x, List<String> columns, String y, boolean wide, Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            BitmapEncoder.saveBitmap(chart(grid, x, columns, y, wide), file.toString(), BitmapFormat.PNG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static XYChart chart(Grid grid, String x, List<String> columns, String y, boolean wide) {
        List<Map<String, Object>> rows = grid.objects();
        double[] xs = rows.stream().mapToDouble(row -> number(row.get(x))).toArray();
        boolean nought = Arrays.stream(xs).anyMatch(each -> each == 0);
        if (nought) {
            // It has no place on such a scale: it stands a step before the first that has.
            double before = powerBelow(xs) / 10;
            xs = Arrays.stream(xs).map(each -> each == 0 ? before : each).toArray();
        }
        XYChart chart = new XYChartBuilder()
                .width(720)
                .height(360)
                .xAxisTitle(nought ? x + " (none at the left)" : x)
                .yAxisTitle(y)
                .build();
        style(chart.getStyler(), columns.size() > 1);
        chart.getStyler().setXAxisMin(powerBelow(xs));
        chart.getStyler().setXAxisMax(powerAbove(xs));
        double[] all = rows.stream()
                .flatMap(row -> columns.stream().map(row::get))
                .mapToDouble(Plot::number)
                .toArray();
        if (wide) {
            chart.getStyler().setYAxisLogarithmic(true);
            chart.getStyler().setYAxisMin(powerBelow(all));
            chart.getStyler().setYAxisMax(powerAbove(all));
        } else {
            // From nought, or a tenth more would look like twice as much.
            chart.getStyler().setYAxisMin(0.0);
            chart.getStyler().setYAxisMax(roundAbove(Arrays.stream(all).max().orElse(1)));
        }
        for (String column : columns) {
            XYSeries series = chart.addSeries(
                    column,
                    xs,
                    rows.stream().mapToDouble(row -> number(row.get(column))).toArray());
            series.setMarker(SeriesMarkers.CIRCLE);
        }
        return chart;
    }

    private static void style(XYStyler styler, boolean several) {
        styler.setXAxisLogarithmic(true);
        styler.setLegendVisible(several);
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setChartPadding(24);
        styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 10));
        styler.setLocale(Locale.ROOT);
        styler.setXAxisDecimalPattern("#,##0");
        styler.setYAxisDecimalPattern("#,##0.###");
    }

    private static double powerBelow(double[] numbers) {
        double least = Arrays.stream(numbers).filter(each -> each > 0).min().orElse(1);
        return Math.pow(10, Math.floor(Math.log10(least)));
    }

    private static double powerAbove(double[] numbers) {
        double most = Arrays.stream(numbers).max().orElse(1);
        return Math.pow(10, Math.max(Math.ceil(Math.log10(most)), Math.log10(powerBelow(numbers)) + 1));
    }

    /** A round number with some room below it. */
    private static double roundAbove(double most) {
        double step = Math.pow(10, Math.floor(Math.log10(Math.max(most, 1e-3)))) / 2;
        return Math.ceil(most * 1.1 / step) * step;
    }

    private static double number(@Nullable Object value) {
        return value instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
