package io.millrace.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.config.Keys;
import io.millrace.server.ExitCode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace status}. */
@Command(name = "status", description = "Says whether a broker runs on a data directory, and where it serves.")
final class StatusCommand extends CliCommand {
    @Mixin
    private DataFlags flags = new DataFlags();

    @Option(names = "--json", description = "Prints a JSON object instead of lines.")
    private boolean json;

    @Override
    ExitCode execute() throws Exception {
        Path directory =
                flags.read(environment()).get(Keys.DATA_DIR).toAbsolutePath().normalize();
        Optional<RunningBroker> running = RunningBroker.on(directory);
        Map<String, Object> report = report(directory, running);
        if (json) {
            out().println(toJson(report));
        } else if (running.isPresent()) {
            report.forEach((name, value) -> out().println(name + "=" + value));
        } else {
            out().println(RunningBroker.absence(directory));
        }
        return running.isPresent() ? ExitCode.OK : ExitCode.NOT_RUNNING;
    }

    private Map<String, Object> report(Path directory, Optional<RunningBroker> running) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("running", running.isPresent());
        running.map(RunningBroker::file).ifPresent(file -> {
            report.put("pid", file.pid());
            report.put("version", file.version());
            report.put("addresses", addresses(file));
            report.put("ready", file.ready().toString());
            report.put(
                    "uptimeSeconds",
                    Duration.between(file.ready(), Instant.now()).toSeconds());
        });
        report.put("data", directory.toString());
        return report;
    }

    private Object addresses(RunFile file) {
        var addresses = file.addresses().stream().map(URI::toString);
        return json ? addresses.toList() : addresses.collect(Collectors.joining(" "));
    }

    private static String toJson(Map<String, Object> report) throws JsonProcessingException {
        return new ObjectMapper().writeValueAsString(report);
    }
}
