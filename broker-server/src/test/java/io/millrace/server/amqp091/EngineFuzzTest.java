package io.millrace.server.amqp091;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes in, only the protocol's own errors go out, and the virtual host sees an orderly client. */
class EngineFuzzTest {
    private static final int ROUNDS = 1_500;

    @Test
    void input_in_pieces_of_any_size_gives_the_same_output_as_input_in_one() {
        byte[] session = Bytes.concat(Sessions.everything().toArray(byte[][]::new));
        String whole = output(session, session.length);
        assertTrue(whole.length() > 10_000);
        for (int size = 1; size < 70; size++) {
            assertEquals(whole, output(session, size), "pieces of " + size + " bytes");
        }
        for (int cut = 1; cut < session.length; cut += 31) {
            Wire wire = new Wire();
            wire.commands.loop = true;
            wire.send(Arrays.copyOf(session, cut));
            wire.send(Arrays.copyOfRange(session, cut, session.length));
            assertEquals(whole, ByteBufUtil.hexDump(wire.transport.sent), "cut at " + cut);
        }
    }

    private static String output(byte[] session, int pieceBytes) {
        Wire wire = new Wire().chop(pieceBytes);
        wire.commands.loop = true;
        wire.send(session).expectEnded();
        FrameCheck.check(wire.transport.sent, 8_192);
        return ByteBufUtil.hexDump(wire.transport.sent);
    }

    @ParameterizedTest
    @ValueSource(longs = {101, 102, 103, 104, 105, 106})
    void spoiled_sessions_end_in_the_protocols_own_errors(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int closed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<byte[]> session = Sessions.spoil(Sessions.everything(), random);
            closed += play(session, random.split(), "seed " + seed + " round " + round) ? 1 : 0;
        }
        assertTrue(closed > ROUNDS / 10, "faults are noticed: " + closed + ", seed " + seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {201, 202})
    void noise_ends_in_the_protocols_own_errors(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            List<byte[]> session = new ArrayList<>(Sessions.handshake().subList(0, random.nextInt(5)));
            for (int pieces = random.nextInt(20); pieces > 0; pieces--) {
                byte[] payload = new byte[random.nextInt(40)];
                random.nextBytes(payload);
                if (payload.length >= 4 && random.nextInt(3) > 0) {
                    byte[] classes = {10, 20, 40, 50, 60, 85};
                    payload[0] = 0;
                    payload[1] = classes[random.nextInt(classes.length)];
                    payload[2] = 0;
                    payload[3] = (byte) (10 * random.nextInt(13) + random.nextInt(2));
                }
                session.add(
                        random.nextInt(8) == 0
                                ? payload
                                : Bytes.frame(1 + random.nextInt(3), random.nextInt(3), payload));
            }
            play(session, random.split(), "seed " + seed + " round " + round);
        }
    }

    /** Returns whether the engine had something to complain about. */
    private static boolean play(List<byte[]> session, SplittableRandom random, String where) {
        Wire wire = new Wire(Wire.settings(100, 8_192, 10_000, 20_000, 20));
        wire.commands.loop = true;
        try {
            for (byte[] frame : session) {
                wire.commands.hold = random.nextInt(4) == 0;
                wire.chop(random.nextInt(3) == 0 ? 1 + random.nextInt(20) : Integer.MAX_VALUE);
                wire.send(frame);
                if (random.nextInt(3) == 0) {
                    wire.commands.answer();
                }
                if (random.nextInt(10) == 0) {
                    wire.engine.writabilityChanged(random.nextBoolean());
                }
                wire.run();
            }
            wire.commands.answer();
            wire.engine.writabilityChanged(true);
            wire.run();
            FrameCheck.check(wire.transport.sent, 8_192);
            boolean complained = ("\n" + wire.log).contains("\nfailed") || wire.log.indexOf("dropped") >= 0;
            wire.engine.transportClosed();
            wire.engine.received(Unpooled.wrappedBuffer(Bytes.heartbeat()));
            wire.run().expectEnded();
            assertEquals(false, wire.commands.connected, "the client is disconnected");
            return complained;
        } catch (Throwable broken) {
            throw new AssertionError(where + ": " + broken, broken);
        }
    }
}
