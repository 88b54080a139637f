package io.millrace.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommitTest {

    @Test
    void reads_what_git_prints() {
        List<Commit> commits = Commit.parse(
                "\u001e1a\u001fAnn\u001f2026-01-02T03:04:05Z\u001fcore: add a log\n\n"
                        + "core/Log.java\nREADME.md\ncore/b c.java\n\u001e2b\u001fBob Ü\u001f2026-01-03T00:00:00Z\u001fMerge x\n");
        assertEquals(
                List.of(
                        new Commit(
                                "1a",
                                "Ann",
                                "2026-01-02T03:04:05Z",
                                "core: add a log",
                                List.of("core/Log.java", "README.md", "core/b c.java"),
                                3),
                        new Commit("2b", "Bob Ü", "2026-01-03T00:00:00Z", "Merge x", List.of(), 0)),
                commits);
        assertEquals("commit.core.add", commits.get(0).key());
        assertEquals("commit.none.merge", commits.get(1).key());
    }

    @Test
    void what_is_no_commit_is_nothing() {
        assertEquals(List.of(), Commit.parse(""));
        assertEquals(List.of(), Commit.parse("warning: something\n\u001e\n\u001ea\u001fb\n"));
    }

    @Test
    void a_commit_of_very_many_files_names_some_and_counts_all() {
        Commit commit = Commit.parse("\u001e1\u001fa\u001fd\u001fs\n" + "dir/f\n".repeat(1_000))
                .get(0);
        assertEquals(1_000, commit.filesChanged());
        assertEquals(50, commit.files().size());
    }

    @ParameterizedTest
    @CsvSource({
        "feat(api)!: x, feat",
        "fix: x, fix",
        "core: mend the log, fix",
        "Fix a bug, fix",
        "docs: say it, docs",
        "log: end the WAL at the first frame, change",
        "Add tests, add",
        "added: more, change",
        "Revert \"x\", revert",
        "'', change",
        "': x', change"
    })
    void the_kind_comes_from_the_subject(String subject, String kind) {
        assertEquals(kind, new Commit("1", "a", "d", subject, List.of(), 0).kind());
    }

    @ParameterizedTest
    @CsvSource({"a/b;c/d;c/e, c", "x;y;z/a, top", "a/b;c/d, a", "my dir/x, my dir"})
    void the_area_is_where_most_files_lie(String files, String area) {
        assertEquals(area, new Commit("1", "a", "d", "s", List.of(files.split(";")), 9).area());
    }
}
