package io.millrace.server.amqp091;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.fuzz.Fuzzing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What reads bytes from the network meets anything: only the declared errors come out, and nothing large is reserved. */
@Timeout(value = 1, unit = TimeUnit.DAYS)
public class FuzzTest {
    /** What a call may allocate whatever comes: an error with its stack, the engine with its tables. */
    private static final long BYTES_FIXED = 1 << 20;
    /** What a byte of input may cost: an element of an array is one byte on the wire and an object here. */
    private static final long BYTES_FOR_ONE = 256;

    @Test
    void field_tables() throws Exception {
        Fuzzing.run("table", Table::fuzzerTestOneInput);
    }

    @Test
    void frames() throws Exception {
        Fuzzing.run("frame", Frame::fuzzerTestOneInput);
    }

    @Test
    void logins() throws Exception {
        Fuzzing.run("login", Response::fuzzerTestOneInput);
    }

    @Test
    void sessions() throws Exception {
        Fuzzing.run("session", Session::fuzzerTestOneInput);
    }

    // Jazzer asks for a class with a method of this name for each target (profile fuzz).

    /** Field tables. */
    public static final class Table {
        public static void fuzzerTestOneInput(byte[] input) throws Exception {
            bounded(FuzzTest::table, input);
        }
    }

    /** Frames. */
    public static final class Frame {
        public static void fuzzerTestOneInput(byte[] input) throws Exception {
            bounded(FuzzTest::frame, input);
        }
    }

    /** Responses of the mechanisms. */
    public static final class Response {
        public static void fuzzerTestOneInput(byte[] input) throws Exception {
            bounded(FuzzTest::login, input);
        }
    }

    /** Connections. */
    public static final class Session {
        public static void fuzzerTestOneInput(byte[] input) throws Exception {
            bounded(part -> session(part, Integer.MAX_VALUE), input);
            session(input, 1 + (Arrays.hashCode(input) & 31));
        }
    }

    private static void bounded(Fuzzing.Target target, byte[] input) throws Exception {
        long most = BYTES_FIXED + BYTES_FOR_ONE * input.length;
        long bytes = Fuzzing.allocatedBy(target, input, most);
        assertTrue(bytes <= most, () -> input.length + " bytes made it allocate " + bytes + ", more than " + most);
    }

    /** A table is decoded or refused; what is decoded can be written, and reads the same again. */
    private static void table(byte[] input) {
        boolean sound = true;
        try {
            FieldTableCheck.check(input, 0, input.length, Integer.MAX_VALUE);
        } catch (WireException declared) {
            sound = false;
        }
        Map<String, @Nullable Object> decoded;
        try {
            decoded = FieldTable.decode(input, 0, input.length);
        } catch (WireException declared) {
            assertFalse(sound, "the check lets through what cannot be decoded: " + declared.getMessage());
            return;
        }
        ByteBuf out = Unpooled.buffer();
        FieldTableWriter.table(out, decoded);
        byte[] again = new byte[out.readableBytes() - 4];
        out.getBytes(4, again);
        // A name of bytes that are not UTF-8 may become longer than a name can be, and is cut.
        if (decoded.keySet().stream().allMatch(name -> name.getBytes(UTF_8).length <= 255)) {
            assertEquals(
                    decoded.keySet(), FieldTable.decode(again, 0, again.length).keySet());
        }
        out.release();
    }

    /** The same frames come out in one piece and in many, and no more is held than has come. */
    private static void frame(byte[] input) {
        StringBuilder whole = new StringBuilder();
        StringBuilder pieces = new StringBuilder();
        decode(input, input.length, whole);
        decode(input, 3, pieces);
        assertEquals(whole.toString(), pieces.toString());
    }

    private static void decode(byte[] input, int step, StringBuilder met) {
        FakeTransport transport = new FakeTransport();
        FrameDecoder decoder = new FrameDecoder(
                transport,
                new FrameDecoder.Sink() {
                    @Override
                    public boolean ready() {
                        return true;
                    }

                    @Override
                    public void frame(int type, int channel, ByteBuf in, int payloadAt, int payloadEnd) {
                        met.append(type).append('/').append(channel).append('/').append(payloadEnd - payloadAt);
                        met.append(';');
                    }
                },
                8_192);
        try {
            for (int at = 0; at < input.length; at += step) {
                decoder.receive(Unpooled.wrappedBuffer(input, at, Math.min(step, input.length - at)));
            }
        } catch (WireException declared) {
            met.append(declared.code());
        }
        decoder.drop();
        assertEquals(0, transport.leaked());
    }

    /** The first byte chooses the mechanism. */
    private static void login(byte[] input) {
        if (input.length == 0) {
            return;
        }
        String mechanism = switch (input[0]) {
            case 'P' -> "PLAIN";
            case 'A' -> "AMQPLAIN";
            default -> "EXTERNAL";
        };
        Login login = Login.of(mechanism, Arrays.copyOfRange(input, 1, input.length), PeerIdentity.UNKNOWN);
        if (mechanism.equals("EXTERNAL")) {
            assertNull(login);
        } else if (login != null) {
            assertNotNull(login.password());
            assertEquals("Login[user=" + login.user() + "]", login.toString(), "no password in the text");
        }
    }

    /** A whole connection: no exception, orderly output, an orderly client to the virtual host, nothing left. */
    private static void session(byte[] input, int pieceBytes) {
        Wire wire = new Wire(Wire.settings(100, 8_192, 10_000, 20_000, 20));
        wire.commands.loop = true;
        wire.send(Wire.HEADER);
        wire.chop(pieceBytes);
        wire.send(input).run();
        FrameCheck.check(wire.transport.sent, 8_192);
        wire.engine.transportClosed();
        wire.run().expectEnded();
        assertFalse(wire.commands.connected, "the client is disconnected");
        assertEquals(0, wire.transport.leaked(), "buffers are released");
    }
}
