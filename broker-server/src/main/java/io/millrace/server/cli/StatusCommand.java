package io.millrace.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.config.Keys;
import io.millrace.server.ExitCode;
import io.millrace.server.FatalException;
import io.millrace.server.logging.Escaped;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace status}. */
@Command(
        name = "status",
        description = "Says whether a broker runs on a data directory, where it serves, and how it is.")
final class StatusCommand extends CliCommand {
    @Mixin
    private DataFlags flags = new DataFlags();

    @Mixin
    private OutputFlags output = new OutputFlags();

    private ExitCode health = ExitCode.OK;

    @Override
    ExitCode execute() throws Exception {
        Path directory =
                flags.read(environment()).get(Keys.DATA_DIR).toAbsolutePath().normalize();
        Optional<RunningBroker> running = RunningBroker.on(directory);
        Map<String, Object> report = report(directory, running);
        if (output.json()) {
            out().println(toJson(report));
        } else if (running.isPresent()) {
            report.forEach((name, value) -> out().println(name + "=" + value));
        } else {
            out().println(RunningBroker.absence(directory));
        }
        return running.isPresent() ? health : ExitCode.NOT_RUNNING;
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
        if (running.isPresent() && running.get().file().admin() != null) {
            look(AdminClient.of(directory), report);
        }
        return report;
    }

    /** What the broker says of itself; one that does not answer just now runs nevertheless. */
    private void look(AdminClient client, Map<String, Object> report) {
        try {
            JsonNode overview = client.get("/overview");
            for (String each : List.of("queues", "connections", "channels", "consumers")) {
                report.put(each, overview.path("object_totals").path(each).asLong());
            }
            report.put(
                    "messages", overview.path("queue_totals").path("messages").asLong());
            report.put(
                    "messagesDamaged",
                    overview.path("stored_messages").path("damaged").asLong());
            for (JsonNode each : overview.path("listeners")) {
                if (each.path("tls").asBoolean()) {
                    tls(each.path("certificate"), report);
                }
            }
            JsonNode alarms = client.ask("GET", "/health/checks/alarms", null).body();
            List<String> texts = new ArrayList<>();
            alarms.path("alarms")
                    .forEach(each -> texts.add(Escaped.of(each.path("text").asText())));
            report.put("alarms", output.json() ? texts : String.join("; ", texts));
            if (HealthCommand.exitCode(alarms) == ExitCode.DAMAGED) {
                health = ExitCode.DAMAGED;
            }
        } catch (FatalException e) {
            report.put("answers", false);
        }
    }

    private void tls(JsonNode certificate, Map<String, Object> report) {
        report.put("certificate", Escaped.of(certificate.path("subject").asText()));
        report.put("certificateExpires", certificate.path("expires").asText());
    }

    private Object addresses(RunFile file) {
        var addresses = file.addresses().stream().map(URI::toString);
        return output.json() ? addresses.toList() : addresses.collect(Collectors.joining(" "));
    }

    private static String toJson(Map<String, Object> report) throws JsonProcessingException {
        return new ObjectMapper().writeValueAsString(report);
    }
}
