package io.millrace.server.amqp091;

import java.lang.management.ManagementFactory;

/** What a message costs in the engine alone: publish, deliver and ack over one connection. Run by hand. */
final class Throughput {
    private Throughput() {}

    public static void main(String[] args) {
        for (int bodyBytes : new int[] {100, 1_024, 16_384}) {
            MessageLoop loop = new MessageLoop(bodyBytes);
            int messages = bodyBytes > 10_000 ? 64 * 3_125 : 64 * 31_250;
            loop.run(messages / 2);
            for (int round = 0; round < 3; round++) {
                long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                long start = System.nanoTime();
                loop.run(messages);
                long nanos = System.nanoTime() - start;
                double cpuSeconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) / 1e9;
                System.out.printf(
                        "body %d B: %.0f ns a message, %.3f CPU s per million%n",
                        bodyBytes, (double) nanos / messages, cpuSeconds * 1e6 / messages);
            }
        }
    }
}
