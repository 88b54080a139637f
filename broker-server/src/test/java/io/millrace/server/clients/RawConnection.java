package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;

/** A socket to the broker, for bytes that no client library would send. */
final class RawConnection implements AutoCloseable {
    static final byte[] HEADER = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
    static final int METHOD = 1;
    static final int FRAME_END = 0xCE;
    static final int CONNECTION_START = 10 << 16 | 10;
    static final int CONNECTION_TUNE = 10 << 16 | 30;
    static final int CONNECTION_OPEN_OK = 10 << 16 | 41;
    static final int CONNECTION_CLOSE = 10 << 16 | 50;
    static final int CHANNEL_OPEN_OK = 20 << 16 | 11;

    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;

    RawConnection(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    private RawConnection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
    }

    /** A frame as it ought to be. */
    static byte[] frame(int type, int channel, byte[] payload) {
        return frame(type, channel, payload.length, payload, FRAME_END);
    }

    /** A frame that may contradict itself. */
    static byte[] frame(int type, int channel, int announced, byte[] payload, int end) {
        return ByteBuffer.allocate(8 + payload.length)
                .put((byte) type)
                .putShort((short) channel)
                .putInt(announced)
                .put(payload)
                .put((byte) end)
                .array();
    }

    /** A method with its arguments: bytes as they are, strings as short strings, ints and longs in their width. */
    static byte[] method(int id, Object... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(4).putInt(id).array());
        for (Object argument : arguments) {
            if (argument instanceof byte[] bytes) {
                out.writeBytes(bytes);
            } else if (argument instanceof String text) {
                out.write(text.length());
                out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            } else if (argument instanceof Integer number) {
                out.writeBytes(ByteBuffer.allocate(4).putInt(number).array());
            } else if (argument instanceof Short number) {
                out.writeBytes(ByteBuffer.allocate(2).putShort(number).array());
            } else if (argument instanceof Byte number) {
                out.write(number);
            } else {
                throw new IllegalArgumentException("an argument of " + argument.getClass());
            }
        }
        return out.toByteArray();
    }

    static byte[] longString(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    /** connection.start-ok with these credentials. */
    static byte[] startOk(String user, String password) {
        return frame(METHOD, 0, method(10 << 16 | 11, 0, "PLAIN", longString("\0" + user + "\0" + password), "en_US"));
    }

    /** The same of a client that wants to be told why it is refused. */
    static byte[] startOkWithCapabilities(String user, String password) {
        return startOkToldOfFailure("PLAIN", ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** The same with any mechanism and response. */
    static byte[] startOkToldOfFailure(String mechanism, byte[] response) {
        ByteBuffer table = ByteBuffer.allocate(4 + 14 + 4 + 31);
        table.putInt(14 + 4 + 31)
                .put((byte) 12)
                .put("capabilities".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 'F')
                .putInt(31)
                .put((byte) 28)
                .put("authentication_failure_close".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 't')
                .put((byte) 1);
        return frame(METHOD, 0, method(10 << 16 | 11, table.array(), mechanism, response.length, response, "en_US"));
    }

    /** connection.tune-ok and connection.open. */
    static byte[] tuneOkAndOpen(int channelMax, int frameMax) {
        byte[] tune = frame(METHOD, 0, method(10 << 16 | 31, (short) channelMax, frameMax, (short) 0));
        byte[] open = frame(METHOD, 0, method(10 << 16 | 40, "/", "", (byte) 0));
        return ByteBuffer.allocate(tune.length + open.length)
                .put(tune)
                .put(open)
                .array();
    }

    /** channel.open. */
    static byte[] openChannel(int channel) {
        return frame(METHOD, channel, method(20 << 16 | 10, ""));
    }

    /** The same with TLS on top from here on. */
    RawConnection through(SSLContext tls) throws IOException {
        return new RawConnection(tls.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true));
    }

    void send(byte[]... parts) throws IOException {
        for (byte[] part : parts) {
            socket.getOutputStream().write(part);
        }
    }

    /** Sends what the broker may have lost interest in already. */
    void trySend(byte[]... parts) {
        try {
            send(parts);
        } catch (IOException e) {
            // It has closed the connection, which is looked at elsewhere.
        }
    }

    /** Goes all the way to an open connection with channel 1. */
    void open() throws IOException {
        send(HEADER);
        assertEquals(CONNECTION_START, readMethod());
        send(startOk("guest", "guest"));
        assertEquals(CONNECTION_TUNE, readMethod());
        send(tuneOkAndOpen(0, 131_072));
        assertEquals(CONNECTION_OPEN_OK, readMethod());
        send(openChannel(1));
        assertEquals(CHANNEL_OPEN_OK, readMethod());
    }

    /** Reads frames up to the next method and returns its class and number; the arguments are passed over. */
    int readMethod() throws IOException {
        return ByteBuffer.wrap(readFrame()).getInt();
    }

    /** Reads frames up to the connection.close that there must be, and returns its code. */
    int readCloseCode() throws IOException {
        byte[] payload = readFrame();
        while (ByteBuffer.wrap(payload).getInt() != CONNECTION_CLOSE) {
            payload = readFrame();
        }
        return ByteBuffer.wrap(payload).getShort(4);
    }

    /** The same with its text. */
    String readCloseText() throws IOException {
        byte[] payload = readFrame();
        assertEquals(CONNECTION_CLOSE, ByteBuffer.wrap(payload).getInt());
        return new String(payload, 7, payload[6] & 0xFF, StandardCharsets.UTF_8);
    }

    private byte[] readFrame() throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        while (true) {
            int type = in.readUnsignedByte();
            in.readUnsignedShort();
            byte[] payload = in.readNBytes(in.readInt());
            assertEquals(FRAME_END, in.readUnsignedByte());
            if (type == METHOD) {
                return payload;
            }
        }
    }

    /** Everything that comes until the broker closes the connection, as it must. */
    byte[] readUntilClosed() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            InputStream in = socket.getInputStream();
            int next = in.read();
            while (next >= 0) {
                all.write(next);
                next = in.read();
            }
        } catch (SocketTimeoutException e) {
            fail("the broker keeps the connection");
        } catch (SocketException | EOFException e) {
            // A reset is an end as well.
        }
        return all.toByteArray();
    }

    /** Sends one byte after the other, some time between them, until the broker closes. Returns how many it took. */
    int drip(byte[] bytes, int pauseMillis) throws IOException {
        socket.setSoTimeout(pauseMillis);
        InputStream in = socket.getInputStream();
        for (int i = 0; i < bytes.length; i++) {
            try {
                socket.getOutputStream().write(bytes[i]);
                int met = in.read();
                while (met >= 0) {
                    met = in.read();
                }
                return i;
            } catch (SocketTimeoutException e) {
                // Still open.
            } catch (SocketException e) {
                return i;
            }
        }
        return bytes.length;
    }

    /** Whether a method comes before the broker closes. */
    boolean hears() {
        try {
            return readMethod() != 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Sends nothing more. */
    void endSending() throws IOException {
        socket.shutdownOutput();
    }

    /** Ends it as a crash would: with a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
