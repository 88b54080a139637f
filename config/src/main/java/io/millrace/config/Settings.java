package io.millrace.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The effective value of every key, and where it comes from. */
public final class Settings {
    /** Nothing configured. */
    public static final Settings DEFAULTS = new Settings(Map.of());

    private final Map<Key<?>, Setting<?>> settings;

    Settings(Map<Key<?>, Setting<?>> configured) {
        Map<Key<?>, Setting<?>> all = new LinkedHashMap<>();
        for (Key<?> key : Keys.ALL) {
            Setting<?> setting = configured.get(key);
            all.put(key, setting == null ? Setting.ofDefault(key) : setting);
        }
        this.settings = all;
    }

    /**
     * One key with its value.
     *
     * @param origin where the value comes from
     */
    public record Setting<T>(Key<T> key, T value, Origin origin) {
        private static <T> Setting<T> ofDefault(Key<T> key) {
            return new Setting<>(key, key.defaultValue(), Origin.DEFAULT);
        }

        /** The value as it would stand in the file; masked if it is a secret. */
        public String text() {
            return key.type().print(value);
        }

        /** The same, with {@code auto} replaced by what it comes to on a machine. */
        public String textOn(Machine machine) {
            return key.type().printOn(machine, value);
        }
    }

    public <T> T get(Key<T> key) {
        return setting(key).value();
    }

    public Origin origin(Key<?> key) {
        return setting(key).origin();
    }

    /** Every key, in the order of the manual. */
    public List<Setting<?>> all() {
        return List.copyOf(settings.values());
    }

    // Setting.key is typed as its value is, and the map is filled with matching pairs only.
    @SuppressWarnings("unchecked")
    private <T> Setting<T> setting(Key<T> key) {
        Setting<?> setting = settings.get(key);
        if (setting == null) {
            throw new IllegalArgumentException("not one of the known keys: " + key.name());
        }
        return (Setting<T>) setting;
    }
}
