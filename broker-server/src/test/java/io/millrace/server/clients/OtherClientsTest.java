package io.millrace.server.clients;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients in other languages, as they are published: pika, aio-pika, kombu, Celery, amqplib and amqp-tools (which are
 * rabbitmq-c).
 */
class OtherClientsTest {
    @TempDir
    private static Path directory = Path.of("");

    private static @Nullable LocalBroker broker;

    @BeforeAll
    static void start_broker() {
        broker = LocalBroker.start(directory.resolve("data"));
    }

    @AfterAll
    static void stop_broker() {
        if (broker != null) {
            broker.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "publish_with_confirms",
                "consume_and_ack",
                "nack_and_requeue",
                "returned",
                "get",
                "channel_error"
            })
    void pika_works(String caseName) throws Exception {
        run(ClientScript.PIKA, caseName);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "publish_with_confirms",
                "consume_and_ack",
                "nack_and_requeue",
                "returned",
                "get",
                "channel_error",
                "bind_and_route"
            })
    void amqplib_works(String caseName) throws Exception {
        run(ClientScript.AMQPLIB, caseName);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "publish_and_consume",
                "requeue_reject_and_get",
                "returned_and_missing",
                "topic_and_headers",
                "transaction",
                "remote_calls",
                "workers"
            })
    void aio_pika_works(String caseName) throws Exception {
        run(ClientScript.AIO_PIKA, caseName);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"publish_and_consume", "requeue_and_reject", "simple_queue", "transport_options", "mailbox"})
    void kombu_works(String caseName) throws Exception {
        run(ClientScript.KOMBU, caseName);
    }

    @ParameterizedTest
    @ValueSource(strings = "everything")
    void celery_worker_runs_retries_and_is_controlled(String caseName) throws Exception {
        run(ClientScript.CELERY, caseName);
    }

    @ParameterizedTest
    @ValueSource(strings = {"publish_and_get", "consume", "requeue", "delete"})
    void amqp_tools_work(String caseName) throws Exception {
        run(ClientScript.AMQP_TOOLS, caseName);
    }

    private static void run(ClientScript client, String caseName) throws Exception {
        client.assumeInstalled();
        if (broker != null) {
            client.succeeds("amqp://guest:guest@127.0.0.1:" + broker.port() + "/%2F", caseName);
        }
    }
}
