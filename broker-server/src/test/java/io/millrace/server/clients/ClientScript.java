package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A client of somebody else, driven by a script among the resources of the tests.
 *
 * @param name what it is, for people
 * @param install the command that brings it
 * @param probe a command that succeeds where it is installed
 * @param command what runs the script; the script, the address and the case follow
 * @param script name of the resource
 */
record ClientScript(String name, String install, List<String> probe, List<String> command, String script) {
    static final ClientScript PIKA = new ClientScript(
            "pika for Python 3",
            "apt-get install python3-pika, or pip install pika",
            List.of(python(), "-c", "import pika"),
            List.of(python()),
            "pika_client.py");
    static final ClientScript AMQPLIB = new ClientScript(
            "amqplib for Node.js",
            ".ci/run, or npm install of broker-server/src/test/clients/package.json into target/clients",
            List.of("node", "-e", "require('amqplib')"),
            List.of("node"),
            "amqplib_client.js");
    static final ClientScript AMQP_TOOLS = new ClientScript(
            "amqp-tools",
            "apt-get install amqp-tools",
            List.of("sh", "-c", "command -v amqp-publish amqp-consume amqp-get amqp-declare-queue amqp-delete-queue"),
            List.of("sh"),
            "amqp_tools_client.sh");

    private static final long PATIENCE_SECONDS = 50;

    private record Run(int exitCode, String output) {}

    /** Skips the test if the client is not installed; where clients are required, fails instead. */
    void assumeInstalled() throws Exception {
        Run probed = run(probe);
        if (probed.exitCode() == 0) {
            return;
        }
        String missing = name + " is not installed: " + install;
        if (required()) {
            fail(missing + "\n" + probed.output());
        }
        System.out.println("SKIPPED: " + missing);
        Assumptions.abort(missing);
    }

    /** Runs a case of the script, which must succeed. */
    void succeeds(String url, String caseName) throws Exception {
        List<String> whole = new ArrayList<>(command);
        whole.add(Path.of(getClass().getResource("/clients/" + script).toURI()).toString());
        whole.add(url);
        whole.add(caseName);
        Run run = run(whole);
        assertEquals(0, run.exitCode(), () -> String.join(" ", whole) + "\n" + run.output());
    }

    private static Run run(List<String> command) throws Exception {
        Path output = Files.createTempFile("millrace-client", ".out");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().merge("NODE_PATH", nodeModules(), (given, ours) -> given + File.pathSeparator + ours);
            Process process;
            try {
                process = builder.start();
            } catch (IOException e) {
                return new Run(127, e.toString());
            }
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                return new Run(-1, "did not end in " + PATIENCE_SECONDS + " s\n" + Files.readString(output));
            }
            return new Run(process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }

    private static boolean required() {
        Map<String, String> environment = System.getenv();
        return "true".equals(environment.get("CI")) || "required".equals(environment.get("MILLRACE_CLIENTS"));
    }

    private static String nodeModules() {
        @Nullable String given = System.getenv("MILLRACE_NODE_MODULES");
        return given == null
                ? Path.of("..", "target", "clients", "node_modules")
                        .toAbsolutePath()
                        .normalize()
                        .toString()
                : given;
    }

    /** Debian's Python, which finds Debian's packages; elsewhere the one on the path. */
    private static String python() {
        return Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";
    }
}
