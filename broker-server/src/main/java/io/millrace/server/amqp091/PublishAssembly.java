package io.millrace.server.amqp091;

import io.millrace.core.model.MessageRecord;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts one message of a channel together from basic.publish, its content header and its body frames, AMQP 0-9-1 §4.2.6,
 * straight in the form of {@link MessageRecord}. Allocates nothing for a message that fits into its borrowed buffer.
 */
@SuppressWarnings("ByteBufferBackingArray") // all buffers come from AssemblyBuffers: offset 0
final class PublishAssembly {
    private enum Awaiting {
        METHOD,
        HEADER,
        BODY
    }

    private static final int HEADER_FIXED_BYTES = 12;
    /** Arguments of basic.publish with two empty names: reserved-1, two lengths, one octet of bits. */
    private static final int ARGUMENT_BYTES_MIN = 5;

    private static final int ARGUMENT_BYTES_MAX = ARGUMENT_BYTES_MIN + 255 + 255;

    private final AssemblyBuffers buffers;
    private final Settings091 settings;
    private final byte @Nullable [] userId;
    private final DirectReplies replies;
    private final Properties091 properties = new Properties091();

    private Awaiting awaiting = Awaiting.METHOD;
    private @Nullable ByteBuffer record;
    private int exchangeLength;
    private int keyLength;
    private int overlayLength;
    private int propertiesLength;
    private boolean mandatory;
    private int length;
    private int written;

    /**
     * @param userId what a user-id must be, UTF-8; null if it may be anything
     * @param replies where direct replies to the channel's requests go
     */
    PublishAssembly(AssemblyBuffers buffers, Settings091 settings, byte @Nullable [] userId, DirectReplies replies) {
        this.buffers = buffers;
        this.settings = settings;
        this.userId = userId;
        this.replies = replies;
    }

    /** Whether a message has begun: no method may come now. */
    boolean begun() {
        return awaiting != Awaiting.METHOD;
    }

    /** Begins with the arguments of basic.publish. */
    void method(MethodReader reader) {
        int bytesLeft = reader.left();
        if (bytesLeft < ARGUMENT_BYTES_MIN || bytesLeft > ARGUMENT_BYTES_MAX) {
            throw reader.malformed();
        }
        ByteBuffer target = buffers.borrow();
        record = target;
        byte[] bytes = target.array();
        // One copy of all arguments, so that the exchange's name is where the record wants it.
        int exchangeAt = MessageRecord.FIXED_BYTES;
        reader.buffer().getBytes(reader.at(), bytes, exchangeAt - 3, bytesLeft);
        exchangeLength = bytes[exchangeAt - 1] & 0xFF;
        int keyLengthAt = exchangeAt + exchangeLength;
        int end = exchangeAt - 3 + bytesLeft;
        keyLength = keyLengthAt < end ? bytes[keyLengthAt] & 0xFF : -1;
        if (keyLength < 0 || keyLengthAt + keyLength + 2 != end) {
            clear();
            throw reader.malformed();
        }
        int bits = bytes[end - 1];
        mandatory = (bits & 1) != 0;
        if ((bits & 2) != 0) {
            clear();
            throw WireException.of(ReplyCode.NOT_IMPLEMENTED, "immediate=true", Method.BASIC_PUBLISH);
        }
        System.arraycopy(bytes, keyLengthAt + 1, bytes, keyLengthAt, keyLength);
        written = keyLengthAt + keyLength;
        awaiting = Awaiting.HEADER;
    }

    /**
     * Takes a content header.
     *
     * @return whether the message is complete: it has no body
     */
    boolean header(ByteBuf in, int at, int end) {
        ByteBuffer target = record;
        if (awaiting != Awaiting.HEADER || target == null) {
            throw unexpectedContent();
        }
        if (end - at < HEADER_FIXED_BYTES + Properties091.FLAG_BYTES) {
            throw WireException.of(
                    ReplyCode.FRAME_ERROR, "a content header of " + (end - at) + " bytes is too short", 0);
        }
        int classAndWeight = in.getInt(at);
        checkHeaderFields(classAndWeight >>> 16, classAndWeight & 0xFFFF);
        long bodySize = in.getLong(at + 4);
        if (bodySize < 0 || bodySize > settings.messageMaxBytes()) {
            throw WireException.of(
                    ReplyCode.PRECONDITION_FAILED,
                    "message size " + Long.toUnsignedString(bodySize) + " is larger than configured max size "
                            + settings.messageMaxBytes(),
                    Method.BASIC_PUBLISH);
        }
        int propertiesAt = written;
        propertiesLength = end - at - HEADER_FIXED_BYTES;
        length = propertiesAt + propertiesLength + (int) bodySize;
        target = room(target, propertiesLength);
        in.getBytes(at + HEADER_FIXED_BYTES, target.array(), propertiesAt, propertiesLength);
        written += propertiesLength;
        try {
            properties.check(target.array(), propertiesAt, written, userId, settings);
        } catch (WireException error) {
            throw error.causedBy(Method.BASIC_PUBLISH);
        }
        overlayLength = 0;
        if (properties.directReplyAt() > 0) {
            target = insertReplyAddress(target, properties.directReplyAt());
        }
        if (properties.withDeaths()) {
            insertDeaths(target, propertiesAt);
        }
        awaiting = Awaiting.BODY;
        return bodySize == 0;
    }

    /** Makes the name that stands for the channel, whose length is at {@code at}, its address. */
    private ByteBuffer insertReplyAddress(ByteBuffer target, int at) {
        byte[] suffix = replies.suffix();
        length += suffix.length;
        ByteBuffer roomy = room(target, suffix.length);
        byte[] bytes = roomy.array();
        int nameEnd = at + 1 + (bytes[at] & 0xFF);
        System.arraycopy(bytes, nameEnd, bytes, nameEnd + suffix.length, written - nameEnd);
        System.arraycopy(suffix, 0, bytes, nameEnd, suffix.length);
        bytes[at] += (byte) suffix.length;
        propertiesLength += suffix.length;
        written += suffix.length;
        return roomy;
    }

    /** Puts the death history that the headers tell of where the core keeps it: before the properties. */
    private void insertDeaths(ByteBuffer target, int propertiesAt) {
        byte[] overlay = PublishedDeaths.of(Arrays.copyOfRange(target.array(), propertiesAt, written))
                .encode();
        overlayLength = overlay.length;
        length += overlayLength;
        byte[] bytes = room(target, overlayLength).array();
        System.arraycopy(bytes, propertiesAt, bytes, propertiesAt + overlayLength, propertiesLength);
        System.arraycopy(overlay, 0, bytes, propertiesAt, overlayLength);
        written += overlayLength;
    }

    /**
     * Takes a body frame.
     *
     * @return whether the message is complete
     */
    boolean body(ByteBuf in, int at, int end) {
        ByteBuffer target = record;
        if (awaiting != Awaiting.BODY || target == null) {
            throw unexpectedContent();
        }
        int bytes = end - at;
        if (bytes > length - written) {
            throw WireException.of(
                    ReplyCode.FRAME_ERROR,
                    "a body frame brings " + bytes + " bytes where " + (length - written) + " are missing",
                    Method.BASIC_PUBLISH);
        }
        target = room(target, bytes);
        in.getBytes(at, target.array(), written, bytes);
        written += bytes;
        return written == length;
    }

    /** The complete message as a record at offset 0; valid until {@link #clear}. */
    ByteBuffer finish() {
        ByteBuffer target = record;
        if (target == null) {
            throw new IllegalStateException("no message has begun");
        }
        MessageRecord.writeFixed(
                target,
                0,
                length,
                MessageRecord.AMQP_0_9_1,
                (properties.durable() ? MessageRecord.DURABLE : 0)
                        | (properties.withFurtherKeys() ? MessageRecord.FURTHER_KEYS : 0),
                properties.priority(),
                exchangeLength,
                keyLength,
                overlayLength,
                propertiesLength,
                properties.expiresAt());
        return target;
    }

    /** Whether the message is to be given back if no queue takes it. */
    boolean mandatory() {
        return mandatory;
    }

    /** Ends the message, complete or not. */
    void clear() {
        awaiting = Awaiting.METHOD;
        ByteBuffer borrowed = record;
        record = null;
        if (borrowed != null) {
            buffers.giveBack(borrowed);
        }
    }

    /** What a frame that is no content means while content is awaited. */
    WireException unexpectedMethod() {
        return WireException.of(
                ReplyCode.UNEXPECTED_FRAME,
                awaiting == Awaiting.HEADER
                        ? "expected content header for class 60, got non content header frame instead"
                        : "expected content body, got non content body frame instead",
                Method.BASIC_PUBLISH);
    }

    private WireException unexpectedContent() {
        return awaiting == Awaiting.METHOD
                ? WireException.of(ReplyCode.UNEXPECTED_FRAME, "expected method frame, got non method frame instead", 0)
                : unexpectedMethod();
    }

    private void checkHeaderFields(int classId, int weight) {
        if (classId != Method.CLASS_BASIC) {
            throw WireException.of(
                    ReplyCode.UNEXPECTED_FRAME,
                    "expected content header for class 60, got one for class " + classId + " instead",
                    Method.BASIC_PUBLISH);
        }
        if (weight != 0) {
            throw WireException.of(
                    ReplyCode.UNEXPECTED_FRAME,
                    "expected content header of weight 0, got one of weight " + weight + " instead",
                    Method.BASIC_PUBLISH);
        }
    }

    private ByteBuffer room(ByteBuffer target, int more) {
        if (written + more <= target.capacity()) {
            return target;
        }
        ByteBuffer larger = buffers.grow(target, written, written + more, length);
        record = larger;
        return larger;
    }
}
