package io.millrace.server.amqp091;

/**
 * Walks a field table without building it: a message's headers are checked once on arrival, so that no reader of them
 * ever meets a malformed one. Allocates nothing.
 */
final class FieldTableCheck {
    private FieldTableCheck() {}

    /**
     * Walks the entries between two offsets.
     *
     * @param entriesMax most entries in all tables and elements in all arrays together
     * @throws WireException {@link ReplyCode#SYNTAX_ERROR} if they are malformed or too deep,
     *     {@link ReplyCode#PRECONDITION_FAILED} if there are too many
     */
    static void check(byte[] bytes, int from, int end, int entriesMax) {
        entries(bytes, from, end, 1, entriesMax, entriesMax);
    }

    /** Returns how many entries are still allowed. */
    private static int entries(byte[] bytes, int from, int end, int depth, int left, int entriesMax) {
        if (depth > FieldTable.DEPTH_MAX) {
            throw tooDeep();
        }
        int at = from;
        int allowed = left;
        while (at < end) {
            int nameLength = bytes[at] & 0xFF;
            at += 1 + nameLength;
            if (at >= end) {
                throw cut();
            }
            allowed = counted(allowed, entriesMax);
            long next = value(bytes, at, end, depth, allowed, entriesMax);
            at = (int) next;
            allowed = (int) (next >>> 32);
        }
        return allowed;
    }

    private static int elements(byte[] bytes, int from, int end, int depth, int left, int entriesMax) {
        if (depth > FieldTable.DEPTH_MAX) {
            throw tooDeep();
        }
        int at = from;
        int allowed = left;
        while (at < end) {
            allowed = counted(allowed, entriesMax);
            long next = value(bytes, at, end, depth, allowed, entriesMax);
            at = (int) next;
            allowed = (int) (next >>> 32);
        }
        return allowed;
    }

    /** Returns the offset after the value in the lower 32 bits, the entries still allowed in the upper ones. */
    private static long value(byte[] bytes, int typeAt, int end, int depth, int allowed, int entriesMax) {
        int next = valueEnd(bytes, typeAt, end);
        int left = allowed;
        if (bytes[typeAt] == 'F') {
            left = entries(bytes, typeAt + 5, next, depth + 1, allowed, entriesMax);
        } else if (bytes[typeAt] == 'A') {
            left = elements(bytes, typeAt + 5, next, depth + 1, allowed, entriesMax);
        }
        return (long) left << 32 | next;
    }

    /** Where the value ends whose type letter is there; of nested values only the length is read. */
    static int valueEnd(byte[] bytes, int typeAt, int end) {
        if (typeAt >= end) {
            throw cut();
        }
        int type = bytes[typeAt];
        int size = fixedSize(type);
        if (size < 0) {
            throw unknownType(type);
        }
        long valueEnd = (long) typeAt + 1 + size;
        if (valueEnd <= end && sized(type)) {
            valueEnd += Properties091.tableLength(bytes, typeAt + 1);
        }
        if (valueEnd > end) {
            throw cut();
        }
        return (int) valueEnd;
    }

    private static boolean sized(int type) {
        return type == 'S' || type == 'x' || type == 'F' || type == 'A';
    }

    private static int counted(int allowed, int entriesMax) {
        if (allowed == 0) {
            throw WireException.of(
                    ReplyCode.PRECONDITION_FAILED,
                    "headers hold more than " + entriesMax + " entries, those of nested tables and arrays included",
                    0);
        }
        return allowed - 1;
    }

    /** Bytes after the type letter that are always there: the value, or its length field; -1 for an unknown letter. */
    static int fixedSize(int type) {
        return switch (type) {
            case 'V' -> 0;
            case 't', 'b', 'B' -> 1;
            case 's', 'u' -> 2;
            case 'I', 'i', 'f', 'S', 'x', 'F', 'A' -> 4;
            case 'D' -> 5;
            case 'l', 'L', 'd', 'T' -> 8;
            default -> -1;
        };
    }

    static WireException unknownType(int type) {
        return WireException.ofConnection(
                ReplyCode.SYNTAX_ERROR,
                "a field table holds the type 0x" + Integer.toHexString(type & 0xFF)
                        + "; known are t b B s u I i l L f d D S A T F V x",
                0);
    }

    static WireException tooDeep() {
        return WireException.ofConnection(
                ReplyCode.SYNTAX_ERROR, "a field table nests deeper than " + FieldTable.DEPTH_MAX + " levels", 0);
    }

    static WireException cut() {
        return WireException.ofConnection(ReplyCode.SYNTAX_ERROR, "a field table ends inside an entry", 0);
    }
}
