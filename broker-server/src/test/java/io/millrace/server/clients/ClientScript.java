package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    static final ClientScript AIO_PIKA = python("aio-pika", "aio_pika");
    static final ClientScript KOMBU = python("kombu", "kombu");
    static final ClientScript CELERY = python("celery", "celery");
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

    private static final int PATIENCE_SECONDS = 50;

    /** Skips the test if the client is not installed; where clients are required, fails instead. */
    void assumeInstalled() throws Exception {
        ClientRun probed = run(probe, Map.of());
        if (probed.exitCode() == 0) {
            return;
        }
        missing(name + " is not installed: " + install, probed.output());
    }

    /** Runs a case of the script, which must succeed. */
    void succeeds(String url, String caseName) throws Exception {
        succeeds(url, caseName, Map.of());
    }

    /** Runs a case of the script over TLS; {@code ca} has the certificate that the client is to trust. */
    void succeedsWithTls(String url, String caseName, Path ca) throws Exception {
        succeeds(url, caseName, Map.of("MILLRACE_TEST_CA", ca.toString()));
    }

    private void succeeds(String url, String caseName, Map<String, String> environment) throws Exception {
        List<String> whole = new ArrayList<>(command);
        whole.add(resource(script).toString());
        whole.add(url);
        whole.add(caseName);
        ClientRun run = run(whole, environment);
        assertEquals(0, run.exitCode(), () -> String.join(" ", whole) + "\n" + run.output());
    }

    private static ClientScript python(String name, String module) {
        return new ClientScript(
                name + " for Python 3",
                "apt-get install python3-" + name + ", or pip install " + name,
                List.of(python(), "-c", "import " + module),
                List.of(python()),
                module + "_client.py");
    }

    private static ClientRun run(List<String> command, Map<String, String> more) throws Exception {
        @Nullable String given = System.getenv("NODE_PATH");
        String nodePath = given == null ? nodeModules().toString() : given + File.pathSeparator + nodeModules();
        Map<String, String> environment = new HashMap<>(more);
        environment.put("NODE_PATH", nodePath);
        return ClientRun.of(command, environment, Path.of("").toAbsolutePath(), PATIENCE_SECONDS);
    }

    /** Where a client is missing that the tests need: they fail where clients are required, and else are skipped. */
    static void missing(String what, String output) {
        if (required()) {
            fail(what + "\n" + output);
        }
        System.out.println("SKIPPED: " + what);
        Assumptions.abort(what);
    }

    private static boolean required() {
        Map<String, String> environment = System.getenv();
        return "true".equals(environment.get("CI")) || "required".equals(environment.get("MILLRACE_CLIENTS"));
    }

    /** Where the clients for Node.js are installed. */
    static Path nodeModules() {
        @Nullable String given = System.getenv("MILLRACE_NODE_MODULES");
        return given == null
                ? Path.of("..", "target", "clients", "node_modules")
                        .toAbsolutePath()
                        .normalize()
                : Path.of(given);
    }

    /** The file of a resource among the clients' scripts. */
    static Path resource(String script) throws Exception {
        return Path.of(ClientScript.class.getResource("/clients/" + script).toURI());
    }

    /** Debian's Python, which finds Debian's packages; elsewhere the one on the path. */
    private static String python() {
        return Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";
    }
}
