package io.millrace.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigSourcesTest {
    @Test
    void nothing_given_is_the_defaults() throws Exception {
        Settings settings = new ConfigSources().read();

        assertEquals(5672, settings.get(Keys.AMQP_PORT));
        assertEquals(Origin.Kind.DEFAULT, settings.origin(Keys.AMQP_PORT).kind());
        assertEquals(Keys.ALL.size(), settings.all().size());
    }

    @Test
    void environment_sets_a_key_and_is_its_origin() throws Exception {
        Settings settings = new ConfigSources()
                .environment(Map.of("MILLRACE_AMQP_PORT", "1", "PATH", "/bin"))
                .read();

        assertEquals(1, settings.get(Keys.AMQP_PORT));
        assertEquals("MILLRACE_AMQP_PORT", settings.origin(Keys.AMQP_PORT).place());
    }

    @Test
    void flag_overrules_the_environment() throws Exception {
        Settings settings = new ConfigSources()
                .environment(Map.of("MILLRACE_AMQP_PORT", "1"))
                .flag("--amqp-port", Keys.AMQP_PORT, "2")
                .read();

        assertEquals(2, settings.get(Keys.AMQP_PORT));
        assertEquals("--amqp-port", settings.origin(Keys.AMQP_PORT).place());
    }

    @Test
    void set_takes_the_value_behind_the_first_equals_sign() throws Exception {
        Settings settings =
                new ConfigSources().set("security.default-user.password=a=b").read();

        assertEquals("a=b", settings.get(Keys.SECURITY_DEFAULT_USER_PASSWORD).reveal());
    }

    @Test
    void unknown_variable_names_the_nearest() {
        assertEquals(
                List.of("MILLRACE_AMQP_PROT: unknown environment variable; did you mean MILLRACE_AMQP_PORT?"),
                problems(new ConfigSources().environment(Map.of("MILLRACE_AMQP_PROT", "1"))));
    }

    @Test
    void variables_of_the_launcher_are_no_keys_and_no_errors() throws Exception {
        new ConfigSources()
                .environment(Map.of(
                        "MILLRACE_JAVA_OPTS",
                        "-Xmx1g",
                        "MILLRACE_CLASS_ARCHIVE",
                        "no",
                        "MILLRACE_CONFIG",
                        "millrace.yaml"))
                .read();
    }

    @Test
    void value_out_of_range_names_variable_key_value_and_range() {
        assertEquals(
                List.of("MILLRACE_AMQP_PORT: amqp.port: the value '70000' is too large;"
                        + " allowed: a whole number from 0 to 65535"),
                problems(new ConfigSources().environment(Map.of("MILLRACE_AMQP_PORT", "70000"))));
    }

    @Test
    void unknown_key_of_a_flag_names_the_nearest() {
        assertEquals(
                List.of("--set: unknown key 'amqp.prot'; did you mean amqp.port?"),
                problems(new ConfigSources().set("amqp.prot=1")));
    }

    @Test
    void flag_without_an_equals_sign_is_refused_and_not_repeated() {
        List<String> problems = problems(new ConfigSources().set("sesame"));

        assertEquals(List.of("--set: the argument is not of the form key=value"), problems);
    }

    @Test
    void same_key_by_two_flags_is_refused() {
        assertEquals(
                List.of("--set: 'amqp.port' is already set by --amqp-port"),
                problems(new ConfigSources()
                        .flag("--amqp-port", Keys.AMQP_PORT, "1")
                        .set("amqp.port=2")));
    }

    @Test
    void overruled_value_is_checked_all_the_same() {
        assertEquals(
                1,
                problems(new ConfigSources()
                                .environment(Map.of("MILLRACE_AMQP_PORT", "none"))
                                .set("amqp.port=2"))
                        .size());
    }

    @Test
    void secret_is_in_no_problem() {
        List<String> problems = problems(new ConfigSources().set("security.default-user.password=sesame\u0007"));

        assertEquals(1, problems.size());
        assertFalse(problems.get(0).contains("sesame"), problems.get(0));
        assertTrue(problems.get(0).contains("********"), problems.get(0));
    }

    @Test
    void control_characters_do_not_reach_the_message() {
        String problem =
                problems(new ConfigSources().set("amqp.port=1\n\u001b[2J")).get(0);

        assertTrue(problem.contains("'1\\u000a\\u001b[2J'"), problem);
    }

    @Test
    void problems_of_all_sources_come_together() {
        assertEquals(
                2,
                problems(new ConfigSources()
                                .environment(Map.of("MILLRACE_NO", "1"))
                                .set("no=1"))
                        .size());
    }

    private static List<String> problems(ConfigSources sources) {
        return assertThrows(ConfigException.class, sources::read).problems().stream()
                .map(Problem::toString)
                .toList();
    }
}
