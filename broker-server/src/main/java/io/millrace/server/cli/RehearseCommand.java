package io.millrace.server.cli;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import io.millrace.server.ExitCode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code millrace rehearse}, for the launcher: a start as any other, in a directory that is thrown away, with one client
 * that does what most do; then the process ends. Java notes which classes that took and writes the archive from which
 * later starts load them.
 */
@Command(name = "rehearse", hidden = true, description = "Starts a broker, serves one client and ends.")
final class RehearseCommand extends CliCommand {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long NANOS_MAX = TimeUnit.SECONDS.toNanos(30);

    @Parameters(paramLabel = "DIR", description = "A data directory that does not exist yet.")
    private @Nullable Path directory;

    @Override
    ExitCode execute() {
        String data = String.valueOf(directory);
        Thread client = new Thread(() -> rehearse(Path.of(data)), "millrace-rehearsal");
        client.setDaemon(true);
        client.start();
        // Ends with the process, by the other thread.
        int number = MillraceCommand.run(new String[] {"start", "--data", data, "--amqp-port", "0"}, environment());
        return number == 0 ? ExitCode.OK : ExitCode.UNEXPECTED;
    }

    // System.exit: this thread ends the process as a signal would.
    @SuppressWarnings("SystemExitOutsideMain")
    private void rehearse(Path data) {
        ExitCode code = ExitCode.UNEXPECTED;
        try {
            Optional<URI> address = addressOnceItServes(data);
            if (address.isPresent()) {
                play(address.get());
                code = ExitCode.OK;
            }
        } catch (IOException | TimeoutException e) {
            err().println("millrace: the rehearsal failed: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            System.exit(code.number());
        }
    }

    private static Optional<URI> addressOnceItServes(Path data) throws IOException {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < NANOS_MAX) {
            Optional<RunFile> file = RunFile.read(data);
            if (file.isPresent()) {
                return file.get().addresses().stream().findFirst();
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return Optional.empty();
    }

    private static void play(URI address) throws IOException, TimeoutException, InterruptedException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(address.getHost());
        factory.setPort(address.getPort());
        try (Connection connection = factory.newConnection();
                Channel channel = connection.createChannel()) {
            String queue =
                    channel.queueDeclare("rehearsal", true, false, false, null).getQueue();
            channel.queueBind(queue, "amq.topic", "a.*");
            channel.confirmSelect();
            byte[] body = "once".getBytes(StandardCharsets.UTF_8);
            channel.basicPublish("amq.topic", "a.b", MessageProperties.PERSISTENT_BASIC, body);
            channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, body);
            channel.waitForConfirms(TimeUnit.NANOSECONDS.toMillis(NANOS_MAX));
            channel.basicGet(queue, true);
            channel.basicConsume(
                    queue,
                    false,
                    (tag, message) -> channel.basicAck(message.getEnvelope().getDeliveryTag(), false),
                    tag -> {});
            channel.basicQos(10);
            channel.queueDelete(queue);
        }
    }
}
