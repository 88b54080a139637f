package io.millrace.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.server.ExitCode;
import io.millrace.server.FatalException;
import io.millrace.server.logging.Escaped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace definitions}. */
@Command(
        name = "definitions",
        description = "Reads and writes definitions as a file, in RabbitMQ's form.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {DefinitionsCommand.Export.class, DefinitionsCommand.Import.class})
final class DefinitionsCommand extends GroupCommand {
    private static final String STANDARD = "-";

    private static String path(@Nullable String vhost) {
        return vhost == null ? "/definitions" : "/definitions/" + AdminClient.part(vhost);
    }

    @Command(
            name = "export",
            description =
                    "Writes users, virtual hosts, permissions, policies, queues, exchanges and bindings. Hashes of"
                            + " passwords are in it, so the file is for its owner only.")
    static final class Export extends AdminCommand {
        @Parameters(paramLabel = "FILE", arity = "0..1", description = "Where to; - is the output, and the default.")
        private String file = STANDARD;

        @Option(
                names = {"-p", "--vhost"},
                paramLabel = "VHOST",
                description = "Only what is in this virtual host.")
        private @Nullable String vhost;

        @Override
        ExitCode run(AdminClient client) throws IOException {
            String text =
                    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(client.get(path(vhost)));
            if (file.equals(STANDARD)) {
                out().println(text);
                return ExitCode.OK;
            }
            Path target = Path.of(file);
            try {
                if (!Files.exists(target) && Files.getFileStore(parent(target)).supportsFileAttributeView("posix")) {
                    Files.createFile(
                            target, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                }
                Files.writeString(target, text + "\n");
            } catch (IOException e) {
                throw new FatalException(ExitCode.UNEXPECTED, "the file cannot be written: " + e, e);
            }
            return done("the definitions are in " + target);
        }

        private static Path parent(Path target) {
            Path parent = target.toAbsolutePath().getParent();
            return parent == null ? target.toAbsolutePath() : parent;
        }
    }

    @Command(
            name = "import",
            description = "Makes so what a file defines. What is there already and not in the file stays.")
    static final class Import extends AdminCommand {
        private static final int BYTES_MAX = 10 << 20;

        @Parameters(paramLabel = "FILE", arity = "0..1", description = "From where; - is the input, and the default.")
        private String file = STANDARD;

        @Option(
                names = {"-p", "--vhost"},
                paramLabel = "VHOST",
                description = "Into this virtual host only.")
        private @Nullable String vhost;

        @Override
        ExitCode run(AdminClient client) {
            AdminClient.Answer answer = client.ask("POST", path(vhost), read());
            JsonNode report = answer.body();
            if (output().json()) {
                out().println(report);
            } else {
                report.path("imported")
                        .properties()
                        .forEach(each -> out().println(each.getKey() + "=" + each.getValue()));
            }
            for (JsonNode each : report.path("problems")) {
                err().println("millrace: " + (each.path("refused").asBoolean() ? "refused " : "passed over part of ")
                        + Escaped.of(each.path("path").asText() + ": "
                                + each.path("reason").asText()));
            }
            if (answer.status() >= 400) {
                throw new FatalException(
                        answer.status() == 404 ? ExitCode.NOT_FOUND : ExitCode.REFUSED,
                        report.path("reason").asText("status " + answer.status()));
            }
            return ExitCode.OK;
        }

        private String read() {
            try {
                byte[] bytes;
                if (file.equals(STANDARD)) {
                    bytes = in().readNBytes(BYTES_MAX + 1);
                } else {
                    bytes = Files.size(Path.of(file)) > BYTES_MAX
                            ? new byte[BYTES_MAX + 1]
                            : Files.readAllBytes(Path.of(file));
                }
                if (bytes.length > BYTES_MAX) {
                    throw new FatalException(ExitCode.USAGE, "the file has more than " + BYTES_MAX + " bytes");
                }
                return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new FatalException(ExitCode.UNEXPECTED, "the file cannot be read: " + e, e);
            }
        }
    }
}
