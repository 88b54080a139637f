package io.millrace.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.server.ExitCode;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code millrace health}. */
@Command(
        name = "health",
        description =
                "Lists what is wrong: a disk that is nearly full, stored messages that cannot be read. Ends with 0 if"
                        + " nothing is.")
final class HealthCommand extends AdminCommand {
    private static final List<String> COLUMNS = List.of("kind", "vhost", "resource", "text");

    @Override
    ExitCode run(AdminClient client) {
        JsonNode answer = client.ask("GET", "/health/checks/alarms", null).body();
        if (output().json()) {
            out().println(answer);
        } else if (answer.path("alarms").isEmpty()) {
            return done("no alarms");
        } else {
            Table table = new Table(COLUMNS, COLUMNS);
            answer.path("alarms").forEach(table::add);
            table.print(out(), output());
        }
        return exitCode(answer);
    }

    /** Damage weighs more than a full disk. */
    static ExitCode exitCode(JsonNode answer) {
        ExitCode code = ExitCode.OK;
        for (JsonNode each : answer.path("alarms")) {
            if (each.path("kind").asText().equals("damaged")) {
                return ExitCode.DAMAGED;
            }
            code = ExitCode.ALARM;
        }
        return code;
    }
}
