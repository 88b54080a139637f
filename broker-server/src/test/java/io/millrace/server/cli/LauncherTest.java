package io.millrace.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a project of its own, with a Java and a Maven that only say what they were asked. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final List<String> TOOLS = List.of(
            "cat",
            "date",
            "dirname",
            "find",
            "head",
            "mkdir",
            "mktemp",
            "mv",
            "readlink",
            "rm",
            "sed",
            "tail",
            "touch");

    @TempDir
    private Path directory = Path.of("");

    private Path project = Path.of("");
    private Path path = Path.of("");
    private Path jar = Path.of("");

    private record Run(int exitCode, String out, String err) {}

    @BeforeEach
    void lay_out_the_project() throws IOException {
        project = Files.createDirectories(directory.toRealPath().resolve("project dir"));
        path = Files.createDirectories(directory.resolve("bin"));
        jar = project.resolve("broker-server/target/millrace.jar");
        Files.createDirectories(jar.getParent());
        Files.createDirectories(project.resolve("broker-server/src/main"));
        Files.writeString(project.resolve("pom.xml"), "<project/>");
        Files.copy(Path.of("..", "millrace"), project.resolve("millrace"));
        executable(project.resolve("millrace"));
        for (String tool : TOOLS) {
            // Not a link: the extension that removes the directory warns of each one.
            String found = Files.exists(Path.of("/usr/bin", tool)) ? "/usr/bin/" : "/bin/";
            script(path.resolve(tool), "exec " + found + tool + " \"$@\"\n");
        }
    }

    @Test
    void arguments_and_options_reach_java() throws Exception {
        java(path, "openjdk version \"17.0.15\" 2025-04-15");
        built();
        Run run = run(List.of("MILLRACE_JAVA_OPTS=-Xmx1g -Da=b"), "start", "--data", "a b");

        assertEquals("", run.err());
        assertEquals(List.of("-Xmx1g", "-Da=b", "-jar", jar.toString(), "start", "--data", "a b"), lines(run.out()));
        assertEquals(42, run.exitCode());
    }

    @Test
    void java_that_warns_of_memory_access_is_told_to_allow_it() throws Exception {
        java(path, "openjdk version \"25\" 2025-09-16 LTS");
        built();

        assertEquals(
                List.of("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED"),
                lines(run(List.of(), "start").out()).subList(0, 2));
    }

    @Test
    void link_from_elsewhere_leads_to_the_project() throws Exception {
        java(path, "openjdk version \"17.0.15\" 2025-04-15");
        built();
        Path chain = Files.createSymbolicLink(project.resolve("again"), Path.of("millrace"));
        Path link = Files.createSymbolicLink(directory.resolve("millrace"), chain);
        Run run = run(link, List.of(), "start");

        assertTrue(run.out().contains("\n" + jar + "\n"), run.out() + run.err());
    }

    @Test
    void java_home_goes_before_the_path() throws Exception {
        java(path, "openjdk version \"11.0.1\"");
        Path home = Files.createDirectories(directory.resolve("jdk/bin"));
        java(home, "openjdk version \"21.0.1\"");
        built();

        assertEquals(42, run(List.of("JAVA_HOME=" + home.getParent()), "start").exitCode());
    }

    @Test
    void java_that_says_in_a_file_what_it_is_is_not_asked() throws Exception {
        Path home = javaHome("21.0.1", "exit 1");
        built();

        assertEquals(42, run(List.of("JAVA_HOME=" + home), "status").exitCode());
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"1.8.0_402\"\n");
        says(2, run(List.of("JAVA_HOME=" + home), "status"), "is Java 8; Millrace needs Java 17 or later");
    }

    @Test
    void heap_is_bounded_unless_somebody_has_said_how() throws Exception {
        java(path, "openjdk version \"17.0.15\"");
        built();
        String out = run(List.of(), "start").out();

        assertTrue(out.matches("(?s)-Xms64m\n-Xmx[0-9]{3,4}m\n.*"), out);
        for (String said : List.of("MILLRACE_JAVA_OPTS=-Xmx4g", "JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=50")) {
            assertFalse(run(List.of(said), "start").out().contains("-Xms64m"), said);
        }
        assertFalse(run(List.of(), "status").out().contains("-Xms64m"));
    }

    @Test
    void an_idle_broker_is_collected_so_that_memory_goes_back_unless_a_collector_was_chosen() throws Exception {
        java(path, "openjdk version \"17.0.15\"");
        built();

        assertTrue(run(List.of(), "start").out().contains("-XX:G1PeriodicGCInterval="));
        String chosen = run(List.of("MILLRACE_JAVA_OPTS=-XX:+UseZGC"), "start").out();
        assertFalse(chosen.contains("G1PeriodicGCInterval"), chosen);
    }

    @Test
    void archive_of_classes_is_made_once_for_a_jar_and_used() throws Exception {
        Path home = javaHome("17.0.15", "echo >>'" + directory.resolve("made") + "'; echo classes >\"${1#*=}\"");
        built();
        String using = "-XX:SharedArchiveFile=" + jar.resolveSibling("classes-Some-17.0.15.jsa");

        for (int starts = 0; starts < 2; starts++) {
            List<String> passed =
                    lines(run(List.of("JAVA_HOME=" + home), "start").out());
            assertTrue(passed.contains(using), passed.toString());
        }
        assertEquals(1, lines(Files.readString(directory.resolve("made"))).size());

        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
        run(List.of("JAVA_HOME=" + home), "start");
        assertEquals(2, lines(Files.readString(directory.resolve("made"))).size());
        String without = run(List.of("JAVA_HOME=" + home, "MILLRACE_CLASS_ARCHIVE=no"), "start")
                .out();
        assertFalse(without.contains("Archive"), without);
    }

    @Test
    void archive_that_cannot_be_made_is_done_without_and_not_tried_again() throws Exception {
        Path home = javaHome("17.0.15", "echo >>'" + directory.resolve("made") + "'; exit 1");
        built();

        for (int starts = 0; starts < 2; starts++) {
            Run run = run(List.of("JAVA_HOME=" + home), "start");
            assertFalse(run.out().contains("Archive"), run.out());
            assertEquals("", run.err());
            assertEquals(42, run.exitCode());
        }
        assertEquals(1, lines(Files.readString(directory.resolve("made"))).size());
    }

    @Test
    void missing_or_old_java_is_named() throws Exception {
        built();
        says(2, run(List.of(), "start"), "no Java found");
        says(2, run(List.of("JAVA_HOME=/nowhere"), "start"), "JAVA_HOME is set to /nowhere");
        java(path, "java version \"1.8.0_402\"");
        says(2, run(List.of(), "start"), "is Java 8; Millrace needs Java 17 or later");
        java(path, "openjdk version \"16.0.2\" 2021-07-20");
        says(2, run(List.of(), "start"), "is Java 16;");
        java(path, "segmentation fault");
        says(2, run(List.of(), "start"), "cannot tell the version of");
    }

    @Test
    void what_is_not_built_is_built_first() throws Exception {
        java(path, "openjdk version \"17.0.15\"");
        says(2, run(List.of(), "start"), "there is no mvn on the PATH");
        maven("pwd; echo \"$@\"; echo x >'" + jar + "'");
        Run run = run(List.of(), "start");

        says(42, run, "millrace: building");
        says(42, run, "millrace: built in ");
        String log = Files.readString(project.resolve("target/launcher-build.log"));
        assertTrue(log.startsWith(project + "\n"), log);
        assertTrue(log.contains("-DskipTests"), log);
        assertEquals("", run(List.of(), "start").err());
    }

    @Test
    void jar_older_than_a_source_is_built_again() throws Exception {
        java(path, "openjdk version \"17.0.15\"");
        built();
        maven("exit 0");
        Path source = project.resolve("broker-server/src/main/A.java");
        Files.writeString(source, "class A {}");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));

        says(42, run(List.of(), "start"), "millrace: building");
    }

    @Test
    void failed_build_shows_its_end_and_names_its_log() throws Exception {
        java(path, "openjdk version \"17.0.15\"");
        maven("echo the reason; exit 3");
        Run run = run(List.of(), "start");

        says(1, run, "the reason");
        says(1, run, "all of it is in " + project.resolve("target/launcher-build.log"));
    }

    private void built() throws IOException {
        Files.writeString(jar, "jar");
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(2)));
    }

    private void java(Path bin, String version) throws IOException {
        script(bin.resolve("java"), """
                if [ "$1" = -version ]; then
                    echo 'a notice of the Java virtual machine' >&2
                    echo '%s' >&2
                    exit 0
                fi
                for argument in "$@"; do echo "$argument"; done
                exit 42
                """.formatted(version));
    }

    /** A Java with the file {@code release}; its -version says nothing, and a rehearsal does what is given. */
    private Path javaHome(String version, String rehearsal) throws IOException {
        Path home = Files.createDirectories(directory.toRealPath().resolve("jdk-" + version));
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Some One\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(home.resolve("bin/java"), """
                [ "$1" != -version ] || exit 1
                for argument in "$@"; do
                    if [ "$argument" = rehearse ]; then
                        while [ "${1#-XX:ArchiveClassesAtExit}" = "$1" ]; do shift; done
                        %s
                        exit
                    fi
                done
                for argument in "$@"; do echo "$argument"; done
                exit 42
                """.formatted(rehearsal));
        return home;
    }

    private void maven(String commands) throws IOException {
        script(path.resolve("mvn"), commands + "\n");
    }

    private static void script(Path file, String commands) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + commands);
        executable(file);
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static List<String> lines(String text) {
        return text.lines().toList();
    }

    private static void says(int exitCode, Run run, String text) {
        assertTrue(run.err().contains(text), run.err());
        assertEquals(exitCode, run.exitCode(), run.err());
    }

    private Run run(List<String> environment, String... args) throws Exception {
        return run(project.resolve("millrace"), environment, args);
    }

    private Run run(Path launcher, List<String> environment, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(args));
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", path.toString());
        environment.forEach(entry -> {
            int equals = entry.indexOf('=');
            builder.environment().put(entry.substring(0, equals), entry.substring(equals + 1));
        });
        int exitCode = builder.start().waitFor();
        return new Run(
                exitCode, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }
}
