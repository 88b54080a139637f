package io.millrace.config;

import io.millrace.config.Settings.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the configuration: a file, the environment over it, flags over both. Everything given is checked, also
 * what a stronger source overrules, and all problems are reported together.
 *
 * <p>Used once: give the sources, then {@link #read}.
 */
public final class ConfigSources {
    /** Variables with the broker's prefix that are no keys: for the launcher, and the name of the file. */
    public static final Set<String> OTHER_VARIABLES =
            Set.of("MILLRACE_CONFIG", "MILLRACE_JAVA_OPTS", "MILLRACE_CLASS_ARCHIVE");

    private static final Map<String, Key<?>> BY_NAME =
            Keys.ALL.stream().collect(Collectors.toUnmodifiableMap(Key::name, key -> key));
    private static final Map<String, Key<?>> BY_VARIABLE =
            Keys.ALL.stream().collect(Collectors.toUnmodifiableMap(Key::variable, key -> key));

    private final List<Given> flags = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Map<Key<?>, Setting<?>> strongest = new HashMap<>();
    private @Nullable Path file;
    private Map<String, String> environment = Map.of();

    private record Given(String key, String text, Origin origin) {}

    /** A YAML file, which must exist. */
    public ConfigSources file(Path yaml) {
        this.file = yaml;
        return this;
    }

    /** The environment of the process; what does not begin with {@code MILLRACE_} is passed over. */
    public ConfigSources environment(Map<String, String> variables) {
        this.environment = Map.copyOf(variables);
        return this;
    }

    /** A flag of the command line that stands for a key. */
    public ConfigSources flag(String flag, Key<?> key, String text) {
        flags.add(new Given(key.name(), text, Origin.flag(flag)));
        return this;
    }

    /** The argument of a {@code --set}. */
    public ConfigSources set(String keyAndValue) {
        int equals = keyAndValue.indexOf('=');
        if (equals < 1) {
            // The text may be a secret that lost its key, so it is not repeated.
            problems.add(new Problem(Origin.flag("--set"), "the argument is not of the form key=value"));
        } else {
            String key = keyAndValue.substring(0, equals).strip();
            flags.add(new Given(key, keyAndValue.substring(equals + 1).strip(), Origin.flag("--set")));
        }
        return this;
    }

    /**
     * Reads all sources.
     *
     * @throws ConfigException at least one value cannot be used; carries all the reasons
     */
    public Settings read() throws ConfigException {
        Path yaml = file;
        if (yaml != null) {
            readFile(yaml);
        }
        readEnvironment();
        take(flags);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return new Settings(strongest);
    }

    private void readFile(Path yaml) {
        Map<String, Origin> seen = new HashMap<>();
        new YamlFile(yaml, new YamlFile.Sink() {
                    @Override
                    public void value(String key, String text, Origin origin) {
                        Origin first = seen.putIfAbsent(key, origin);
                        if (first == null) {
                            take(new Given(key, text, origin));
                        } else {
                            problem(origin, Quoted.of(key) + " is already set at " + first);
                        }
                    }

                    @Override
                    public void empty(String key, Origin origin) {
                        if (BY_NAME.containsKey(key)) {
                            problem(origin, Quoted.of(key) + " has no value");
                        } else if (keysInside(key).isEmpty()) {
                            problem(origin, unknown(key));
                        }
                    }

                    @Override
                    public void problem(Origin origin, String text) {
                        problems.add(new Problem(origin, text));
                    }
                })
                .read();
    }

    private void readEnvironment() {
        new TreeMap<>(environment).forEach((name, text) -> {
            if (!name.startsWith(Key.VARIABLE_PREFIX) || OTHER_VARIABLES.contains(name)) {
                return;
            }
            Origin origin = Origin.variable(name);
            Key<?> key = BY_VARIABLE.get(name);
            if (key == null) {
                Set<String> known = new HashSet<>(BY_VARIABLE.keySet());
                known.addAll(OTHER_VARIABLES);
                problems.add(new Problem(origin, "unknown environment variable; " + NearestName.hint(name, known)));
            } else {
                take(key, new Given(key.name(), text.strip(), origin));
            }
        });
    }

    private void take(List<Given> given) {
        Map<String, Origin> seen = new HashMap<>();
        for (Given one : given) {
            Origin first = seen.putIfAbsent(one.key(), one.origin());
            if (first != null) {
                problems.add(new Problem(one.origin(), Quoted.of(one.key()) + " is already set by " + first));
            } else {
                take(one);
            }
        }
    }

    private void take(Given given) {
        Key<?> key = BY_NAME.get(given.key());
        if (key == null) {
            problems.add(new Problem(given.origin(), unknown(given.key())));
        } else {
            take(key, given);
        }
    }

    private <T> void take(Key<T> key, Given given) {
        try {
            strongest.put(key, new Setting<>(key, key.type().parse(given.text()), given.origin()));
        } catch (InvalidValueException e) {
            String shown = key.type().secret() ? Secret.MASK : Quoted.of(given.text());
            String text = key.name() + ": the value " + shown + " " + e.getMessage() + "; allowed: "
                    + key.type().allowed();
            problems.add(new Problem(given.origin(), text));
        }
    }

    private static String unknown(String name) {
        List<String> parts = keysInside(name);
        if (!parts.isEmpty()) {
            return Quoted.of(name) + " is no key but holds keys: " + String.join(", ", parts);
        }
        for (String known : BY_NAME.keySet()) {
            if (name.startsWith(known + ".")) {
                return "unknown key " + Quoted.of(name) + "; " + known + " takes a single value";
            }
        }
        return "unknown key " + Quoted.of(name) + "; " + NearestName.hint(name, BY_NAME.keySet());
    }

    private static List<String> keysInside(String section) {
        return BY_NAME.keySet().stream()
                .filter(known -> known.startsWith(section + "."))
                .sorted()
                .toList();
    }
}
