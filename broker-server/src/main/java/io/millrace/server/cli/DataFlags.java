package io.millrace.server.cli;

import io.millrace.config.ConfigException;
import io.millrace.config.ConfigSources;
import io.millrace.config.Keys;
import io.millrace.config.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags of every command that has to do with a data directory. Values are checked by their key, not here. */
class DataFlags {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration file (YAML). Without it: the file named by MILLRACE_CONFIG, or none.")
    private @Nullable Path config;

    @Option(names = "--data", paramLabel = "DIR", description = "The data directory (data.dir).")
    private @Nullable String data;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Sets any key; may be given several times.")
    private List<String> set = new ArrayList<>();

    final Settings read(Map<String, String> environment) throws ConfigException {
        ConfigSources sources = new ConfigSources().environment(environment);
        Path file = config;
        String named = environment.get("MILLRACE_CONFIG");
        if (file == null && named != null && !named.isBlank()) {
            file = Path.of(named.strip());
        }
        if (file != null) {
            sources.file(file);
        }
        if (data != null) {
            sources.flag("--data", Keys.DATA_DIR, data);
        }
        addFlags(sources);
        set.forEach(sources::set);
        return sources.read();
    }

    /** For the flags of a subclass. */
    void addFlags(ConfigSources sources) {}
}
