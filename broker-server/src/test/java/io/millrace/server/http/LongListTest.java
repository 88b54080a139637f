package io.millrace.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.rabbitmq.client.Connection;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LongListTest {
    private static final int QUEUES = 10_000;

    @TempDir
    private Path data = Path.of("");

    @Test
    void ten_thousand_queues_are_listed_while_a_publisher_is_served() throws Exception {
        try (AdminSite site = new AdminSite(data);
                Connection connection = site.amqp()) {
            var declaring = connection.createChannel();
            for (int i = 0; i < QUEUES; i++) {
                declaring.queueDeclareNoWait("q" + i, false, false, false, null);
            }
            declaring.queueDeclarePassive("q" + (QUEUES - 1));
            AtomicBoolean listed = new AtomicBoolean();
            AtomicLong confirmed = new AtomicLong();
            CompletableFuture<Void> publishing = CompletableFuture.runAsync(() -> {
                try {
                    var channel = connection.createChannel();
                    channel.confirmSelect();
                    while (!listed.get()) {
                        channel.basicPublish("", "q7", null, new byte[10]);
                        channel.waitForConfirmsOrDie(10_000);
                        confirmed.incrementAndGet();
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            JsonNode all = site.get("/queues/%2F?columns=name,messages").body();
            long during = confirmed.get();
            listed.set(true);
            publishing.join();

            Set<String> names = new HashSet<>();
            all.forEach(each -> names.add(each.path("name").asText()));
            assertEquals(QUEUES, all.size());
            assertEquals(QUEUES, names.size());
            assertTrue(during > 0, "confirms while the list was made");

            JsonNode page =
                    site.get("/queues?page=2&page_size=100&name=q1&sort=name").body();
            assertEquals(100, page.path("items").size());
            assertEquals(QUEUES, page.path("total_count").asInt());
            assertEquals(1_111, page.path("filtered_count").asInt());
            assertEquals(400, site.get("/queues?page=0").status());
            assertEquals(400, site.get("/queues?page=1&page_size=501").status());
            assertEquals(400, site.get("/queues?name=(&use_regex=true").status());
            assertEquals(
                    1,
                    site.get("/queues?name=^q77$&use_regex=true".replace("^", "%5E"))
                            .body()
                            .size());
        }
    }
}
