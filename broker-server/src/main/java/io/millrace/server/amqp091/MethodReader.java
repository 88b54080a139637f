package io.millrace.server.amqp091;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the arguments of one method, AMQP 0-9-1 §4.2.5; reused for every method of a connection. Whatever does not fit
 * into the frame, and text that is not UTF-8, is a {@link ReplyCode#FRAME_ERROR}.
 */
final class MethodReader {
    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private int at;
    private int end;
    private int method;
    private int bits;
    private int bitsLeft;

    /**
     * Begins with the payload of a method frame.
     *
     * @param payloadAt where the payload begins in {@code in}
     * @param payloadEnd where it ends, exclusive
     * @return the method
     */
    int begin(ByteBuf in, int payloadAt, int payloadEnd) {
        buffer = in;
        at = payloadAt;
        end = payloadEnd;
        method = 0;
        bitsLeft = 0;
        need(4);
        method = buffer.getInt(at);
        at += 4;
        return method;
    }

    /** The method that is being read. */
    int method() {
        return method;
    }

    /** Where the next argument begins in {@link #buffer}. */
    int at() {
        return at;
    }

    /** Bytes of arguments that are left. */
    int left() {
        return end - at;
    }

    /** What is being read. */
    ByteBuf buffer() {
        return buffer;
    }

    int octet() {
        need(1);
        return buffer.getUnsignedByte(at++);
    }

    int shortUint() {
        need(2);
        int value = buffer.getUnsignedShort(at);
        at += 2;
        return value;
    }

    long longUint() {
        need(4);
        long value = buffer.getUnsignedInt(at);
        at += 4;
        return value;
    }

    long longLong() {
        need(8);
        long value = buffer.getLong(at);
        at += 8;
        return value;
    }

    /** The next of up to eight bits that share an octet. */
    boolean bit() {
        if (bitsLeft == 0) {
            bits = octet();
            bitsLeft = 8;
        }
        boolean value = (bits & 1) != 0;
        bits >>>= 1;
        bitsLeft--;
        return value;
    }

    /** Passes over a short string and returns its length; its bytes end at {@link #at}. */
    int skipShortString() {
        int length = octet();
        need(length);
        at += length;
        return length;
    }

    /** A short string: 0..255 bytes of UTF-8. */
    String shortString() {
        int length = octet();
        need(length);
        String text = text(at, length);
        at += length;
        return text;
    }

    /** A short string that names something: no control characters, as they would forge lines in logs and consoles. */
    String name() {
        String name = shortString();
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                throw WireException.of(
                        ReplyCode.PRECONDITION_FAILED,
                        "a name holds the control character U+" + String.format("%04X", (int) name.charAt(i))
                                + " at index " + i + "; names are printable UTF-8",
                        method);
            }
        }
        return name;
    }

    /** A long string as bytes. */
    byte[] longString() {
        int length = longStringLength();
        byte[] bytes = new byte[length];
        buffer.getBytes(at, bytes);
        at += length;
        return bytes;
    }

    /** A field table in the types of {@link io.millrace.core.model.Arguments}. */
    Map<String, @Nullable Object> table() {
        byte[] bytes = longString();
        return bytes.length == 0 ? Map.of() : FieldTable.decode(bytes, 0, bytes.length);
    }

    /** What arguments mean that do not end where the frame ends. */
    WireException malformed() {
        return WireException.ofConnection(
                ReplyCode.FRAME_ERROR,
                "cannot decode the arguments of method " + (method >>> 16) + "." + (method & 0xFFFF)
                        + ": they do not end where the frame ends",
                method);
    }

    /** Ends the method: nothing may be left. */
    void finish() {
        if (at != end) {
            throw WireException.ofConnection(
                    ReplyCode.FRAME_ERROR,
                    "cannot decode the arguments of method " + (method >>> 16) + "." + (method & 0xFFFF) + ": "
                            + (end - at) + " bytes follow the last argument",
                    method);
        }
    }

    private int longStringLength() {
        long length = longUint();
        if (length > end - at) {
            throw cut();
        }
        return (int) length;
    }

    private String text(int from, int length) {
        boolean ascii = true;
        for (int i = 0; i < length && ascii; i++) {
            ascii = buffer.getByte(from + i) >= 0;
        }
        if (ascii) {
            return buffer.toString(from, length, StandardCharsets.US_ASCII);
        }
        byte[] bytes = new byte[length];
        buffer.getBytes(from, bytes);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw WireException.ofConnection(
                    ReplyCode.FRAME_ERROR, "malformed UTF-8 in a short string of " + length + " bytes", method);
        }
    }

    private void need(int bytes) {
        if (bytes > end - at) {
            throw cut();
        }
    }

    private WireException cut() {
        return WireException.ofConnection(
                ReplyCode.FRAME_ERROR,
                "cannot decode the arguments of method " + (method >>> 16) + "." + (method & 0xFFFF)
                        + ": the frame ends before the argument does",
                method);
    }
}
