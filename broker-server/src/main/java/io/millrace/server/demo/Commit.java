package io.millrace.server.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A commit as git tells it.
 *
 * @param date ISO 8601
 * @param files the first {@value #FILES_MAX} files that it changed; none for a merge
 * @param filesChanged how many files it changed
 */
record Commit(String id, String author, String date, String subject, List<String> files, int filesChanged) {
    /** How git is to print a commit: bytes that no name or subject has set off the parts; the files follow, line by line. */
    static final String GIT_FORMAT = "%x1e%H%x1f%an%x1f%aI%x1f%s";

    private static final int FILES_MAX = 50;
    private static final String COMMIT_MARK = "\u001e";
    private static final String FIELD_MARK = "\u001f";
    /** What a subject's first word says of the kind of a commit, unless it is a type of its own. */
    private static final Map<String, String> VERBS = verbs();

    private static final List<String> TYPES =
            List.of("feat", "fix", "docs", "style", "refactor", "perf", "test", "build", "ci", "chore", "revert");

    /** Reads what git printed; what does not look like a commit is nothing. */
    static List<Commit> parse(String output) {
        List<Commit> commits = new ArrayList<>();
        for (String text : output.split(COMMIT_MARK, -1)) {
            List<String> lines = text.lines().toList();
            String[] fields = lines.isEmpty() ? new String[0] : lines.get(0).split(FIELD_MARK, -1);
            if (fields.length < 4) {
                continue;
            }
            List<String> files = new ArrayList<>();
            int filesChanged = 0;
            for (String line : lines.subList(1, lines.size())) {
                if (!line.isEmpty()) {
                    filesChanged++;
                    if (files.size() < FILES_MAX) {
                        files.add(line);
                    }
                }
            }
            commits.add(new Commit(fields[0], fields[1], fields[2], fields[3], List.copyOf(files), filesChanged));
        }
        return commits;
    }

    /** The routing key: {@code commit}, the area, the kind. */
    String key() {
        int bytesMax = RoutingKey.wordBytesMax(3);
        return "commit." + RoutingKey.word(area(), bytesMax) + "." + RoutingKey.word(kind(), bytesMax);
    }

    /** The directory at the top that most of its files lie in; {@code top} for files that lie in none. */
    String area() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (String file : files) {
            int slash = file.indexOf('/');
            counts.merge(slash < 0 ? "top" : file.substring(0, slash), 1, Integer::sum);
        }
        String area = RoutingKey.NONE;
        int most = 0;
        for (Map.Entry<String, Integer> entry : counts.entrySet()) {
            if (entry.getValue() > most) {
                area = entry.getKey();
                most = entry.getValue();
            }
        }
        return area;
    }

    /** What it does, as far as its subject tells: its conventional type, or what its verb means, or {@code change}. */
    String kind() {
        String text = subject.toLowerCase(Locale.ROOT);
        int colon = text.indexOf(':');
        if (colon > 0) {
            String prefix = text.substring(0, colon).replaceAll("\\(.*|!", "").strip();
            if (TYPES.contains(prefix)) {
                return prefix;
            }
            text = text.substring(colon + 1).strip();
        }
        int end = 0;
        while (end < text.length() && Character.isLetter(text.charAt(end))) {
            end++;
        }
        return VERBS.getOrDefault(text.substring(0, end), "change");
    }

    private static Map<String, String> verbs() {
        Map<String, String> verbs = new LinkedHashMap<>();
        name(verbs, "merge", "merge", "merged");
        name(verbs, "revert", "revert", "reverts");
        name(verbs, "fix", "fix", "fixes", "fixed", "mend", "repair", "correct", "resolve", "bug", "bugfix");
        name(verbs, "add", "add", "adds", "added", "new", "introduce", "implement", "create", "initial", "support");
        name(verbs, "remove", "remove", "removes", "removed", "delete", "drop");
        name(verbs, "test", "test", "tests");
        name(verbs, "docs", "doc", "docs", "document", "documentation", "readme");
        name(verbs, "update", "update", "updates", "updated", "bump", "upgrade");
        name(verbs, "release", "release", "prepare", "version");
        return verbs;
    }

    private static void name(Map<String, String> verbs, String kind, String... words) {
        for (String word : words) {
            verbs.put(word, kind);
        }
    }
}
