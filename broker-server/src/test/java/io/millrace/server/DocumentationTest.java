package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the documents point to is there. */
class DocumentationTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)\\s]*)?\\)");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    /** As in {@code vhost/Publishing} or {@code log/local/LocalLog.append}. */
    private static final Pattern CLASS_IN_PACKAGE = Pattern.compile("((?:[a-z][a-z0-9]*/)+[A-Z]\\w*)(?:\\.\\w+)?");
    /** As in {@code LocalLogTest}: two capitals at least, so that it is no word; a method may follow. */
    private static final Pattern CLASS = Pattern.compile("([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+)(?:\\.[a-z]\\w*)?");
    /** As in {@code docs/cli.md} or {@code broker-server/src/test/clients/compare.py FIRST SECOND}. */
    private static final Pattern FILE =
            Pattern.compile("(?:\\./)?((?:[\\w.-]+/)*[\\w.-]+\\.(?:java|py|md|sh))(?:\\s.*)?");
    /** Classes of other people, that the documents name. */
    private static final Set<String> OF_OTHERS = Set.of("SslProvider");

    @Test
    void links_lead_to_what_is_there() throws IOException {
        List<String> dead = new ArrayList<>();
        int found = 0;
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                String target = link.group(1);
                if (target.contains("://")) {
                    continue;
                }
                found++;
                if (!Files.exists(page.resolveSibling(target))) {
                    dead.add(page + ": " + target);
                }
            }
        }
        assertFalse(found == 0, "no page has a link, so this test looks in the wrong place");
        assertEquals(List.of(), dead);
    }

    @Test
    void files_and_classes_that_are_named_are_there() throws IOException {
        Set<String> endings = endings();
        List<String> missing = new ArrayList<>();
        for (Path page : pages()) {
            Matcher code = CODE.matcher(FENCED.matcher(Files.readString(page)).replaceAll(""));
            while (code.find()) {
                String named = named(code.group(1));
                if (named != null && !endings.contains(named)) {
                    missing.add(page + ": " + code.group(1));
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    /** The file that is meant, as the end of a path, or null if it is something else. */
    private static @Nullable String named(String code) {
        Matcher file = FILE.matcher(code);
        if (file.matches()) {
            return file.group(1);
        }
        Matcher inPackage = CLASS_IN_PACKAGE.matcher(code);
        if (inPackage.matches()) {
            return inPackage.group(1) + ".java";
        }
        Matcher alone = CLASS.matcher(code);
        return !alone.matches() || isOfOthers(alone.group(1)) ? null : alone.group(1) + ".java";
    }

    private static boolean isOfOthers(String name) {
        return OF_OTHERS.contains(name) || name.matches("[KMGT]iB");
    }

    /** Each file of the sources and documents by all the ends that its path has. */
    private static Set<String> endings() throws IOException {
        Set<String> endings = new HashSet<>();
        for (Path file : files()) {
            Path path = ROOT.relativize(file);
            for (int i = 0; i < path.getNameCount(); i++) {
                endings.add(path.subpath(i, path.getNameCount()).toString().replace('\\', '/'));
            }
        }
        return endings;
    }

    private static List<Path> pages() throws IOException {
        return files().stream().filter(file -> file.toString().endsWith(".md")).toList();
    }

    /** What is in {@code docs}, in the sources of the modules, and beside the parent's pom. */
    private static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> top = Files.list(ROOT)) {
            for (Path each : top.sorted().toList()) {
                if (Files.isRegularFile(each)) {
                    files.add(each);
                }
                for (Path root : List.of(each.resolve("src"), each)) {
                    boolean walked = root.endsWith("src") || root.endsWith("docs") || root.endsWith("benchmarks");
                    if (walked && Files.isDirectory(root)) {
                        try (Stream<Path> tree = Files.walk(root)) {
                            tree.filter(Files::isRegularFile).forEach(files::add);
                        }
                    }
                }
            }
        }
        return files;
    }
}
