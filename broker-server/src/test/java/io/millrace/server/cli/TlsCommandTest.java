package io.millrace.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.config.BrokerConfig;
import io.millrace.config.ConfigSources;
import io.millrace.config.Machine;
import io.millrace.server.Broker;
import io.millrace.server.clients.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code tls reload} and {@code status} say of the certificate in use. */
class TlsCommandTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path directory = Path.of("");

    @Test
    void new_files_are_taken_and_bad_ones_refused_with_the_old_ones_in_use() throws Exception {
        TestCertificates certificates = new TestCertificates(directory.resolve("tls"));
        try (Broker broker = start(certificates.settings())) {
            assertTrue(broker.addresses().stream()
                    .anyMatch(each -> each.getScheme().equals("amqps")));
            assertEquals("CN=localhost", status().path("certificate").asText());
            Instant expires = Instant.parse(status().path("certificateExpires").asText());

            certificates.writeServer("CN=second");
            CommandRun taken = command("tls", "reload");
            assertEquals(0, taken.exitCode(), taken.err());
            assertTrue(taken.out().contains("new connections get CN=second, which expires "), taken.out());
            assertEquals("CN=second", status().path("certificate").asText());
            assertFalse(
                    Instant.parse(status().path("certificateExpires").asText()).isBefore(expires));

            Files.writeString(certificates.server(), "half a certif");
            CommandRun refused = command("tls", "reload");
            assertEquals(10, refused.exitCode(), refused.out());
            assertTrue(refused.err().contains(certificates.server().toString()), refused.err());
            assertTrue(refused.err().contains("in use stays CN=second"), refused.err());
            assertEquals("CN=second", status().path("certificate").asText());
            CommandRun lines = command("status");
            assertTrue(lines.out().contains("certificate=CN=second"), lines.out());

            Files.delete(certificates.server());
            CommandRun missing = command("tls", "reload");
            assertEquals(10, missing.exitCode(), missing.out());
            assertTrue(missing.err().contains("in use stays CN=second"), missing.err());
        }
    }

    @Test
    void without_tls_it_is_refused_and_says_what_to_set() throws Exception {
        try (Broker broker = start()) {
            assertEquals(1, broker.addresses().size());
            CommandRun refused = command("tls", "reload");
            assertEquals(10, refused.exitCode());
            assertTrue(refused.err().contains("set amqp.tls.certificate"), refused.err());
            assertFalse(status().has("certificate"));
        }
    }

    private Broker start(String... settings) throws Exception {
        ConfigSources sources = new ConfigSources();
        sources.set("data.dir=" + data())
                .set("amqp.port=0")
                .set("data.min-free=8MiB")
                .set("security.password-iterations=10000");
        for (String each : settings) {
            sources.set(each);
        }
        Broker broker = Broker.start(BrokerConfig.of(sources.read(), Machine.here()));
        RunFile.ofThisProcess(broker.addresses(), broker.admin().orElse(null)).write(data());
        return broker;
    }

    private Path data() {
        return directory.resolve("data");
    }

    private JsonNode status() throws Exception {
        CommandRun run = command("status", "--json");
        assertEquals(0, run.exitCode(), run.err());
        return MAPPER.readTree(run.out());
    }

    private CommandRun command(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--data");
        all.add(data().toString());
        return CommandRun.of(Map.of(), all.toArray(String[]::new));
    }
}
