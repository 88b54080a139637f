package io.millrace.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
    // Surefire starts the tests of a module in the directory of the module.
    private static final Path DOCS = Path.of("..", "docs");

    @Test
    void page_of_the_manual_matches_the_keys() throws IOException {
        check("configuration.md", ConfigurationPage.markdown());
    }

    @Test
    void example_file_matches_the_keys() throws IOException {
        check("millrace.example.yaml", ConfigurationPage.example());
    }

    @Test
    void example_file_is_a_valid_configuration_and_says_the_defaults() throws Exception {
        Settings settings = new ConfigSources()
                .file(DOCS.resolve("millrace.example.yaml"))
                .environment(Map.of())
                .read();

        for (Settings.Setting<?> setting : settings.all()) {
            assertEquals(
                    setting.key().defaultValue(), setting.value(), setting.key().name());
        }
    }

    private static void check(String name, String expected) throws IOException {
        Path page = DOCS.resolve(name);
        if ("write".equals(System.getProperty("millrace.docs"))) {
            Files.writeString(page, expected);
        }
        if (!Files.exists(page) || !Files.readString(page).equals(expected)) {
            fail("docs/" + name + " is not what Keys.java says. Write it anew: " + ConfigurationPage.REGENERATE);
        }
    }
}
