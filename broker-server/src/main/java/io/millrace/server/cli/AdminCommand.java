package io.millrace.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.config.Keys;
import io.millrace.server.ExitCode;
import io.millrace.server.FatalException;
import io.millrace.server.logging.Escaped;
import picocli.CommandLine.Mixin;

/** A command that asks something of a running broker. */
abstract class AdminCommand extends CliCommand {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Mixin
    private DataFlags data = new DataFlags();

    @Mixin
    private OutputFlags output = new OutputFlags();

    @Override
    final ExitCode execute() throws Exception {
        return run(AdminClient.of(
                data.read(environment()).get(Keys.DATA_DIR).toAbsolutePath().normalize()));
    }

    abstract ExitCode run(AdminClient client) throws Exception;

    final OutputFlags output() {
        return output;
    }

    /** Says what was done. */
    final ExitCode done(String text) {
        if (output.json()) {
            out().println(object().put("done", true).put("text", text));
        } else if (!output.tabs()) {
            out().println(Escaped.of(text));
        }
        return ExitCode.OK;
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** A JSON object on the command line. */
    static ObjectNode object(String what, String text) {
        try {
            JsonNode read = MAPPER.readTree(text);
            if (read instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new FatalException(
                    ExitCode.USAGE,
                    what + " is not JSON: " + e.getOriginalMessage() + "; an example: {\"max-length\":1000}",
                    e);
        }
        throw new FatalException(ExitCode.USAGE, what + " has to be a JSON object such as {\"max-length\":1000}");
    }

    static String part(String name) {
        return AdminClient.part(name);
    }
}
