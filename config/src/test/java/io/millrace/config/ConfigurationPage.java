package io.millrace.config;

import java.util.List;

/** Writes the page of the manual, and the example file, from {@link Keys}. */
final class ConfigurationPage {
    private static final String HEAD = """
            # Configuration

            Everything has a default; a broker without any configuration runs. What is configured comes from three
            places, each stronger than the one before:

            1. a YAML file, given as `--config FILE` or in the environment variable `MILLRACE_CONFIG`;
            2. environment variables;
            3. flags of the command line: `--set key=value`, and a few of their own (`--data`, `--amqp-port`).

            `millrace config show` prints every effective value with the place that it comes from, `millrace config
            check` only checks. A start with a configuration that is not right ends with exit code 3 and names every
            problem, with file and line, at once. `millrace.example.yaml`, beside this page, holds all keys with their
            defaults.

            ## Writing values

            - **Keys** may be nested or dotted; `amqp.port: 5672` and a `port: 5672` under `amqp:` are the same key. A key
              that is set twice is an error, and so is a key that does not exist.
            - **Sizes** take a unit: `B`, `KiB`, `MiB`, `GiB`, `TiB` (powers of 1024). A bare number is bytes.
            - **Durations** need a unit: `ms`, `s`, `m`, `h`, `d`; only `0` does without.
            - **Booleans** are `true` and `false`.
            - **Paths** that are not absolute start at the working directory of the process.
            - **Environment variables** are called like the key, in capitals, with `_` for `.` and `-`, behind `MILLRACE_`:
              `MILLRACE_AMQP_FRAME_MAX`. A variable that begins so and is no key is an error, except
              `MILLRACE_CONFIG` (the file), `MILLRACE_JAVA_OPTS` (options of the Java virtual machine) and
              `MILLRACE_CLASS_ARCHIVE` (`no`: the launcher keeps no archive of loaded classes).
            - A value is checked even where a stronger one overrules it.
            - Secrets are shown as `********` everywhere. A flag is visible to every user of the machine: give
              passwords in the file or in the environment.
            """;

    private static final String EXAMPLE_HEAD = """
            # Every key of Millrace with its default. Take what you want to change; the manual is configuration.md.
            """;

    private ConfigurationPage() {}

    static String markdown() {
        StringBuilder page = new StringBuilder(HEAD);
        page.append("\n## Keys\n");
        for (String section : sections()) {
            page.append("\n### ").append(section).append("\n\n");
            page.append("| key | type | default | allowed | meaning |\n|---|---|---|---|---|\n");
            for (Key<?> key : keysOf(section)) {
                page.append("| `").append(key.name()).append("` | ");
                page.append(key.type().kind()).append(" | `");
                page.append(key.defaultText()).append("` | ");
                page.append(cell(key.type().allowed())).append(" | ");
                page.append(cell(key.meaning())).append(" |\n");
            }
        }
        page.append(
                "\n## Keeping this page\n\nThe keys are listed in `Keys.java`, and this page is written from there:\n\n");
        return page.append("```\n").append(REGENERATE).append("\n```\n").toString();
    }

    static final String REGENERATE = "mvn -q -pl config test -Dtest=ConfigurationPageTest -Dmillrace.docs=write";

    static String example() {
        StringBuilder file = new StringBuilder(EXAMPLE_HEAD);
        for (String section : sections()) {
            file.append('\n');
            for (Key<?> key : keysOf(section)) {
                file.append("# ").append(key.meaning()).append('\n');
                file.append("# Allowed: ").append(key.type().allowed()).append(".\n");
                file.append(key.name()).append(": ").append(key.defaultText()).append('\n');
            }
        }
        return file.toString();
    }

    private static List<String> sections() {
        return Keys.ALL.stream().map(Key::section).distinct().toList();
    }

    private static List<? extends Key<?>> keysOf(String section) {
        return Keys.ALL.stream().filter(key -> key.section().equals(section)).toList();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
