package io.millrace.server.amqp091;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keeps the table of {@code docs/PROTOCOLS.md} what the tests that bear {@link Spec} say of themselves. */
class ConformancePageTest {
    private static final String REGENERATE =
            "mvn -q -pl broker-server -am test -Dtest=ConformancePageTest -Dsurefire.failIfNoSpecifiedTests=false"
                    + " -Dmillrace.docs=write";
    private static final String BEGIN = "<!-- conformance: written from the tests -->\n";
    private static final String END = "<!-- end of conformance -->\n";
    private static final int CASES_MIN = 125;

    /** Sections with the specification in front, in the order of the table. */
    private final Map<String, List<String>> tests = new TreeMap<>(Comparator.comparing(ConformancePageTest::sortable));

    private final Map<String, Integer> cases = new TreeMap<>();
    private int all;

    @Test
    void table_of_the_manual_matches_the_tests() throws Exception {
        for (Class<?> each : testClasses()) {
            for (Method method : each.getDeclaredMethods()) {
                Spec spec = method.getAnnotation(Spec.class);
                if (spec == null) {
                    spec = each.getAnnotation(Spec.class);
                }
                if (spec != null && isTest(method)) {
                    add(spec, method);
                }
            }
        }
        assertTrue(all >= CASES_MIN, all + " cases, fewer than " + CASES_MIN);
        check(table());
    }

    private void add(Spec spec, Method method) throws ReflectiveOperationException {
        String key = spec.value() + "\t" + spec.section();
        tests.computeIfAbsent(key, none -> new ArrayList<>())
                .add(method.getName().replace('_', ' '));
        int count = cases(method);
        cases.merge(key, count, Integer::sum);
        all += count;
    }

    private static boolean isTest(Method method) {
        return method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class);
    }

    /** How often a test runs: once, or once for each set of values. */
    private static int cases(Method method) throws ReflectiveOperationException {
        ValueSource values = method.getAnnotation(ValueSource.class);
        CsvSource lines = method.getAnnotation(CsvSource.class);
        MethodSource methods = method.getAnnotation(MethodSource.class);
        if (values != null) {
            return values.ints().length
                    + values.longs().length
                    + values.strings().length
                    + values.bytes().length
                    + values.booleans().length
                    + values.shorts().length;
        }
        if (lines != null) {
            return lines.value().length
                    + (int) lines.textBlock()
                            .lines()
                            .filter(line -> !line.isBlank())
                            .count();
        }
        if (methods != null) {
            int count = 0;
            for (String name : methods.value()) {
                Method source = method.getDeclaringClass().getDeclaredMethod(name);
                source.setAccessible(true);
                count += size(source.invoke(null));
            }
            return count;
        }
        return 1;
    }

    private static int size(@Nullable Object source) {
        if (source instanceof Collection<?> all) {
            return all.size();
        }
        return source instanceof Stream<?> all ? (int) all.count() : ((Object[]) source).length;
    }

    private static List<Class<?>> testClasses() throws Exception {
        String own = ConformancePageTest.class.getName();
        String packageName = own.substring(0, own.lastIndexOf('.'));
        Path directory = Path.of(
                        ConformancePageTest.class.getResource("Spec.class").toURI())
                .getParent();
        List<Class<?>> classes = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith("Test.class")) {
                    classes.add(Class.forName(packageName + "." + name.substring(0, name.length() - 6)));
                }
            }
        }
        return classes;
    }

    /** Chapters by number, then methods by name; the specification itself before what was added to it. */
    private static String sortable(String key) {
        String[] parts = key.split("\t");
        StringBuilder sortable = new StringBuilder(parts[0]).append('\t');
        boolean chapter = Character.isDigit(parts[1].charAt(0));
        sortable.append(chapter ? '0' : '1');
        for (String number : chapter ? parts[1].split("\\.") : new String[] {parts[1]}) {
            sortable.append(chapter ? "000".substring(Math.min(3, number.length())) + number : number);
        }
        return sortable.toString();
    }

    private String table() {
        StringBuilder table = new StringBuilder(BEGIN);
        table.append(all)
                .append(" cases, byte for byte, at the protocol engine. Each runs in every build.\n\n")
                .append("| specification | section | what is tested | cases |\n|---|---|---|---|\n");
        tests.forEach((key, names) -> {
            String[] parts = key.split("\t");
            names.sort(Comparator.naturalOrder());
            table.append("| ").append(parts[0]).append(" | ").append(parts[1]).append(" | ");
            table.append(String.join("; ", names)).append(" | ");
            table.append(cases.get(key)).append(" |\n");
        });
        return table.append("\nThe table is written from the tests:\n\n```\n")
                .append(REGENERATE)
                .append("\n```\n")
                .append(END)
                .toString();
    }

    private static void check(String expected) throws IOException {
        // Surefire starts the tests of a module in the directory of the module.
        Path page = Path.of("..", "docs", "PROTOCOLS.md");
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        assertTrue(begin >= 0 && end > begin, "docs/PROTOCOLS.md has lost the marks of the table");
        String wanted = text.substring(0, begin) + expected + text.substring(end + END.length());
        if ("write".equals(System.getProperty("millrace.docs"))) {
            Files.writeString(page, wanted);
        } else if (!text.equals(wanted)) {
            fail("docs/PROTOCOLS.md is not what the tests say. Write it anew: " + REGENERATE);
        }
    }
}
