package io.millrace.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokerConfigTest {
    private static final long MIB = 1 << 20;

    @ParameterizedTest
    @CsvSource({"64, 32", "512, 128", "4096, 256", "65536, 256"})
    void message_memory_follows_the_heap_within_bounds(long heapMib, long expectedMib) {
        BrokerConfig config = BrokerConfig.of(Settings.DEFAULTS, new Machine("mill", 4, heapMib * MIB));

        assertEquals(expectedMib * MIB, config.memory().messageBytesMax());
    }

    @Test
    void what_is_configured_is_not_decided_from_the_machine() throws Exception {
        Settings settings = new ConfigSources()
                .set("memory.messages=8MiB")
                .set("threads.event-loops=3")
                .set("threads.workers=1")
                .set("node.name=a@b")
                .read();
        BrokerConfig config = BrokerConfig.of(settings, new Machine("mill", 16, 1024 * MIB));

        assertEquals(8 * MIB, config.memory().messageBytesMax());
        assertEquals(new BrokerConfig.Threads(3, 1), config.threads());
        assertEquals("a@b", config.nodeName());
    }

    @Test
    void name_and_threads_come_from_the_machine() {
        BrokerConfig config = BrokerConfig.of(Settings.DEFAULTS, new Machine("mill", 1, 1024 * MIB));

        assertEquals("millrace@mill", config.nodeName());
        assertEquals(new BrokerConfig.Threads(1, 4), config.threads());
    }

    @Test
    void configuration_as_text_hides_the_password() throws Exception {
        Settings settings =
                new ConfigSources().set("security.default-user.password=sesame").read();

        assertFalse(BrokerConfig.of(settings, Machine.here()).toString().contains("sesame"));
    }
}
