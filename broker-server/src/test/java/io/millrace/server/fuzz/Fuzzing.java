package io.millrace.server.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Gives a target its corpus, {@code src/test/resources/fuzz/<name>}, as it is and then changed, from a seed that is
 * printed. In an ordinary build that is a few thousand inputs; {@code -Dmillrace.fuzz.seconds=600} goes on for so long,
 * {@code -Dmillrace.test.seed=…} does a run again. An input that fails is kept in {@code target/fuzz}.
 */
public final class Fuzzing {
    private static final int MUTATIONS = 3_000;
    private static final int INPUT_BYTES_MAX = 64 << 10;
    private static final long[] INTERESTING = {
        0,
        1,
        2,
        7,
        8,
        31,
        32,
        33,
        127,
        128,
        255,
        256,
        4_095,
        4_096,
        8_192,
        32_767,
        32_768,
        65_535,
        65_536,
        1L << 24,
        Integer.MAX_VALUE,
        1L << 31,
        -1L,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private final String name;
    private final Target target;

    /** Takes one input. Whatever it throws is a finding; what is allowed to be thrown it catches itself. */
    @FunctionalInterface
    public interface Target {
        void run(byte[] input) throws Exception;
    }

    private Fuzzing(String name, Target target) {
        this.name = name;
        this.target = target;
    }

    /**
     * Runs a target.
     *
     * @param name the directory of its corpus
     */
    public static void run(String name, Target target) throws Exception {
        new Fuzzing(name, target).run();
    }

    /** Runs a call and says what it allocates on this thread, bytes, the loading of classes left aside. */
    public static long allocatedBy(Target call, byte[] input, long most) throws Exception {
        long bytes = allocatedBy(call, input);
        return bytes <= most ? bytes : allocatedBy(call, input);
    }

    private static long allocatedBy(Target call, byte[] input) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        call.run(input);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private void run() throws Exception {
        List<byte[]> corpus = corpus();
        assertFalse(corpus.isEmpty(), "no corpus for " + name);
        for (byte[] each : corpus) {
            once(each, "of the corpus");
        }
        long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        long seconds = Long.getLong("millrace.fuzz.seconds", 0);
        System.out.println("fuzzing " + name + ": seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        int count = 0;
        while (seconds > 0 ? System.nanoTime() - end < 0 : count < MUTATIONS) {
            once(changed(corpus, random), "seed " + seed + " number " + count);
            count++;
        }
        System.out.println("fuzzing " + name + ": " + count + " inputs");
    }

    private void once(byte[] input, String which) throws IOException {
        try {
            target.run(input.clone());
        } catch (Throwable finding) {
            Path kept = Path.of("target", "fuzz", name + "-" + Integer.toHexString(java.util.Arrays.hashCode(input)));
            Files.createDirectories(kept.getParent());
            Files.write(kept, input);
            String start = HexFormat.of().formatHex(input, 0, Math.min(input.length, 200));
            throw new AssertionError(
                    name + ", " + which + ", kept in " + kept + ": " + finding + "\n" + start, finding);
        }
    }

    private List<byte[]> corpus() throws IOException {
        // Surefire starts the tests of a module in the directory of the module.
        List<byte[]> corpus = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src", "test", "resources", "fuzz", name))) {
            for (Path file : files.sorted().toList()) {
                corpus.add(Files.readAllBytes(file));
            }
        }
        return corpus;
    }

    private static byte[] changed(List<byte[]> corpus, SplittableRandom random) {
        byte[] input = corpus.get(random.nextInt(corpus.size())).clone();
        for (int times = random.nextInt(1, 6); times > 0; times--) {
            input = change(input, corpus, random);
        }
        return input;
    }

    private static byte[] change(byte[] input, List<byte[]> corpus, SplittableRandom random) {
        if (input.length == 0) {
            byte[] some = new byte[random.nextInt(1, 40)];
            random.nextBytes(some);
            return some;
        }
        int at = random.nextInt(input.length);
        switch (random.nextInt(8)) {
            case 0 -> input[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> input[at] = (byte) random.nextInt(256);
            case 2, 3 -> number(input, at, random);
            case 4 -> {
                return java.util.Arrays.copyOf(input, at);
            }
            case 5 -> {
                int length = random.nextInt(1, Math.min(400, input.length - at) + 1);
                return spliced(input, at, at, input, at, length);
            }
            case 6 -> {
                int until = Math.min(input.length, at + random.nextInt(1, 40));
                return spliced(input, at, until, input, 0, 0);
            }
            default -> {
                byte[] other = corpus.get(random.nextInt(corpus.size()));
                if (other.length > 0) {
                    int from = random.nextInt(other.length);
                    return spliced(input, at, at, other, from, random.nextInt(other.length - from) + 1);
                }
            }
        }
        return input;
    }

    private static void number(byte[] input, int at, SplittableRandom random) {
        long value = INTERESTING[random.nextInt(INTERESTING.length)];
        int width = 1 << random.nextInt(4);
        for (int i = 0; i < width && at + i < input.length; i++) {
            input[at + i] = (byte) (value >>> 8 * (width - 1 - i));
        }
    }

    /** The input with what is between two places replaced by a piece of another. */
    private static byte[] spliced(byte[] input, int at, int until, byte[] other, int from, int length) {
        int all = Math.min(INPUT_BYTES_MAX, input.length - (until - at) + length);
        byte[] out = java.util.Arrays.copyOf(input, Math.max(all, at));
        System.arraycopy(other, from, out, at, Math.min(length, out.length - at));
        int tail = Math.min(input.length - until, out.length - at - length);
        if (tail > 0) {
            System.arraycopy(input, until, out, at + length, tail);
        }
        return out;
    }
}
