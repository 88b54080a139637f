package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.ConnectionFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory.ConfirmType;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;

/** Each client once over TLS, trusting an authority that the test has made. */
class OtherClientsOverTlsTest {
    private static final int PATIENCE_SECONDS = 20;

    @TempDir
    private static Path directory = Path.of("");

    private static @Nullable TestCertificates certificates;
    private static @Nullable LocalBroker broker;

    @BeforeAll
    static void start_broker() throws Exception {
        certificates = new TestCertificates(directory.resolve("tls"));
        broker = LocalBroker.start(directory.resolve("data"), certificates.settings());
    }

    @AfterAll
    static void stop_broker() {
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void pika_works() throws Exception {
        run(ClientScript.PIKA, "consume_and_ack");
    }

    @Test
    void aio_pika_works() throws Exception {
        run(ClientScript.AIO_PIKA, "publish_and_consume");
    }

    @Test
    void kombu_works() throws Exception {
        run(ClientScript.KOMBU, "publish_and_consume");
    }

    @Test
    void celery_worker_works() throws Exception {
        run(ClientScript.CELERY, "tasks_results_and_retries");
    }

    @Test
    void amqplib_works() throws Exception {
        run(ClientScript.AMQPLIB, "consume_and_ack");
    }

    @Test
    void amqp_tools_work() throws Exception {
        // rabbitmq-c looks for the name of the host among the names of the certificate, and not among its addresses.
        run(ClientScript.AMQP_TOOLS, "consume", "localhost");
    }

    @Test
    void perf_test_works() throws Exception {
        PerfTestTest.run(url("127.0.0.1"), "-u perf.tls -c 50 -q 20 -s 20000 -f persistent -z 2");
    }

    @Test
    void spring_amqp_works() throws Exception {
        if (broker == null || certificates == null) {
            return;
        }
        ConnectionFactory factory = broker.factory();
        factory.setPort(broker.tlsPort());
        factory.useSslProtocol(certificates.trusting(null));
        factory.enableHostnameVerification();
        CachingConnectionFactory connections = new CachingConnectionFactory(factory);
        connections.setPublisherConfirmType(ConfirmType.CORRELATED);
        try {
            String queue = new RabbitAdmin(connections).declareQueue(new Queue("", false, true, false));
            RabbitTemplate template = new RabbitTemplate(connections);
            CorrelationData correlation = new CorrelationData();
            template.convertAndSend("", String.valueOf(queue), "m", correlation);
            assertTrue(correlation
                    .getFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .ack());
            assertEquals("m", template.receiveAndConvert(String.valueOf(queue)));
        } finally {
            connections.destroy();
        }
    }

    private static void run(ClientScript client, String caseName) throws Exception {
        run(client, caseName, "127.0.0.1");
    }

    private static void run(ClientScript client, String caseName, String host) throws Exception {
        client.assumeInstalled();
        if (certificates != null) {
            client.succeedsWithTls(url(host), caseName, certificates.ca());
        }
    }

    private static String url(String host) {
        return "amqps://guest:guest@" + host + ":" + (broker == null ? 0 : broker.tlsPort()) + "/%2F";
    }
}
