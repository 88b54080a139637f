package io.millrace.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeysTest {
    @Test
    void every_name_is_dotted_kebab_case_and_there_once() {
        Set<String> names = new HashSet<>();
        for (Key<?> key : Keys.ALL) {
            assertTrue(key.name().matches("[a-z]+(-[a-z]+)*(\\.[a-z]+(-[a-z]+)*)+"), key.name());
            assertTrue(names.add(key.name()), key.name());
        }
    }

    @Test
    void no_key_is_also_a_section() {
        for (Key<?> key : Keys.ALL) {
            for (Key<?> other : Keys.ALL) {
                assertFalse(other.name().startsWith(key.name() + "."), other.name());
            }
        }
    }

    @Test
    void no_two_keys_share_an_environment_variable() {
        Set<String> variables = new HashSet<>(ConfigSources.OTHER_VARIABLES);
        for (Key<?> key : Keys.ALL) {
            assertTrue(variables.add(key.variable()), key.variable());
        }
    }

    @Test
    void every_default_is_within_its_own_range() {
        for (Key<?> key : Keys.ALL) {
            key.defaultValue();
        }
    }

    @Test
    void every_printed_default_reads_back_to_the_same_value() throws Exception {
        for (Key<?> key : Keys.ALL) {
            if (!key.type().secret()) {
                readBack(key);
            }
        }
    }

    private static <T> void readBack(Key<T> key) throws InvalidValueException {
        T value = key.defaultValue();
        assertEquals(value, key.type().parse(key.type().print(value)), key.name());
    }

    @Test
    void variable_is_the_name_in_capitals_behind_the_prefix() {
        assertEquals("MILLRACE_AMQP_FRAME_MAX", Keys.AMQP_FRAME_MAX.variable());
    }
}
