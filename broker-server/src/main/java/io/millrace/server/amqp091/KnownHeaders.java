package io.millrace.server.amqp091;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds, in the headers of a message that arrives, those that mean something to the broker: a death history, and routing
 * keys besides the first, which RabbitMQ calls "sender-selected distribution". Compares no more than lengths for others.
 */
final class KnownHeaders {
    /** Further routing keys that consumers see: an array of long strings; elements of other types are passed over. */
    static final String CC = "CC";
    /** Further routing keys that are taken off before delivery. */
    static final String BCC = "BCC";

    /** There is a death history. */
    static final int DEATHS = 1;
    /** There are further routing keys. */
    static final int KEYS = 2;

    private static final byte[] DEATHS_NAME = BrokerHeaders.DEATHS.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CC_NAME = CC.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BCC_NAME = BCC.getBytes(StandardCharsets.US_ASCII);

    private KnownHeaders() {}

    /**
     * What there is in a table that is well-formed.
     *
     * @return {@link #DEATHS} and {@link #KEYS} or 0
     * @throws WireException {@link ReplyCode#PRECONDITION_FAILED} if further keys are of another type than array
     */
    static int scan(byte[] bytes, int from, int end) {
        int found = 0;
        int at = from;
        while (at < end) {
            int nameAt = at + 1;
            int valueAt = nameAt + (bytes[at] & 0xFF);
            int length = valueAt - nameAt;
            if (length == DEATHS_NAME.length && is(bytes, nameAt, DEATHS_NAME)) {
                found |= DEATHS;
            } else if (length == CC_NAME.length && is(bytes, nameAt, CC_NAME)) {
                requireArray(CC, bytes[valueAt]);
                found |= KEYS;
            } else if (length == BCC_NAME.length && is(bytes, nameAt, BCC_NAME)) {
                requireArray(BCC, bytes[valueAt]);
                found |= KEYS;
            }
            at = FieldTableCheck.valueEnd(bytes, valueAt, end);
        }
        return found;
    }

    private static boolean is(byte[] bytes, int at, byte[] name) {
        return Arrays.equals(bytes, at, at + name.length, name, 0, name.length);
    }

    private static void requireArray(String header, byte type) {
        if (type != 'A') {
            throw WireException.of(
                    ReplyCode.PRECONDITION_FAILED,
                    "invalid message: {unacceptable_type_in_header,\"" + header + "\"," + typeName(type) + "}",
                    Method.BASIC_PUBLISH);
        }
    }

    /** The name that clients of this protocol family know a type on the wire by. */
    private static String typeName(byte type) {
        return switch (type) {
            case 't' -> "bool";
            case 'b' -> "byte";
            case 'B' -> "unsignedbyte";
            case 's' -> "short";
            case 'u' -> "unsignedshort";
            case 'I' -> "signedint";
            case 'i' -> "unsignedint";
            case 'l', 'L' -> "long";
            case 'f' -> "float";
            case 'd' -> "double";
            case 'D' -> "decimal";
            case 'S' -> "longstr";
            case 'x' -> "binary";
            case 'T' -> "timestamp";
            case 'F' -> "table";
            default -> "void";
        };
    }
}
