package io.millrace.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.config.Machine;
import io.millrace.config.Settings;
import io.millrace.server.ExitCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace config}. */
@Command(
        name = "config",
        description = "Looks at the configuration that a start with the same flags would have.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ConfigCommand.Check.class, ConfigCommand.Show.class})
final class ConfigCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "a command is missing: check or show");
        }
    }

    @Command(name = "check", description = "Checks everything and names every problem.")
    static final class Check extends CliCommand {
        @Mixin
        private StartFlags flags = new StartFlags();

        @Override
        ExitCode execute() throws Exception {
            flags.read(environment());
            out().println("the configuration is right");
            return ExitCode.OK;
        }
    }

    @Command(
            name = "show",
            description = "Prints every key with its effective value, and the place that it comes from behind a #."
                    + " The output is a configuration file again, without the secrets.")
    static final class Show extends CliCommand {
        // What YAML reads as it stands; anything else goes in quotes, for which the rules of JSON are good enough.
        private static final String PLAIN = "[A-Za-z0-9_./+][A-Za-z0-9_./+@-]*";

        @Mixin
        private StartFlags flags = new StartFlags();

        @Override
        ExitCode execute() throws Exception {
            Machine machine = Machine.here();
            for (Settings.Setting<?> setting : flags.read(environment()).all()) {
                out().println(String.format("%-52s  # %s", line(setting), remark(setting, machine)));
            }
            return ExitCode.OK;
        }

        // A masked secret read back would become the password, so its line is a comment.
        private static String line(Settings.Setting<?> setting) throws JsonProcessingException {
            String start =
                    (setting.key().type().secret() ? "# " : "") + setting.key().name() + ": ";
            String text = setting.text();
            return start + (text.matches(PLAIN) ? text : new ObjectMapper().writeValueAsString(text));
        }

        private static String remark(Settings.Setting<?> setting, Machine machine) {
            String decided = setting.textOn(machine);
            return setting.origin() + (decided.equals(setting.text()) ? "" : ", here " + decided);
        }
    }
}
