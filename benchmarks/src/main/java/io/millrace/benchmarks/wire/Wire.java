package io.millrace.benchmarks.wire;

/** Numbers of AMQP 0-9-1. A method is class number, method number, as one int. */
public final class Wire {
    public static final byte METHOD = 1;
    public static final byte HEADER = 2;
    public static final byte BODY = 3;
    public static final byte HEARTBEAT = 8;
    public static final byte END = (byte) 0xCE;
    /** Type, channel and length before a frame's payload. */
    public static final int FRAME_HEAD = 7;
    /** What a frame adds to its payload. */
    public static final int FRAME_OVERHEAD = FRAME_HEAD + 1;

    public static final int CONNECTION_START = 10 << 16 | 10;
    public static final int CONNECTION_START_OK = 10 << 16 | 11;
    public static final int CONNECTION_TUNE = 10 << 16 | 30;
    public static final int CONNECTION_TUNE_OK = 10 << 16 | 31;
    public static final int CONNECTION_OPEN = 10 << 16 | 40;
    public static final int CONNECTION_OPEN_OK = 10 << 16 | 41;
    public static final int CONNECTION_CLOSE = 10 << 16 | 50;
    public static final int CONNECTION_CLOSE_OK = 10 << 16 | 51;
    public static final int CONNECTION_BLOCKED = 10 << 16 | 60;
    public static final int CONNECTION_UNBLOCKED = 10 << 16 | 61;
    public static final int CHANNEL_OPEN = 20 << 16 | 10;
    public static final int CHANNEL_OPEN_OK = 20 << 16 | 11;
    public static final int CHANNEL_CLOSE = 20 << 16 | 40;
    public static final int EXCHANGE_DECLARE = 40 << 16 | 10;
    public static final int EXCHANGE_DECLARE_OK = 40 << 16 | 11;
    public static final int EXCHANGE_DELETE = 40 << 16 | 20;
    public static final int EXCHANGE_DELETE_OK = 40 << 16 | 21;
    public static final int QUEUE_DECLARE = 50 << 16 | 10;
    public static final int QUEUE_DECLARE_OK = 50 << 16 | 11;
    public static final int QUEUE_BIND = 50 << 16 | 20;
    public static final int QUEUE_BIND_OK = 50 << 16 | 21;
    public static final int QUEUE_DELETE = 50 << 16 | 40;
    public static final int QUEUE_DELETE_OK = 50 << 16 | 41;
    public static final int BASIC_QOS = 60 << 16 | 10;
    public static final int BASIC_QOS_OK = 60 << 16 | 11;
    public static final int BASIC_CONSUME = 60 << 16 | 20;
    public static final int BASIC_CONSUME_OK = 60 << 16 | 21;
    public static final int BASIC_CANCEL = 60 << 16 | 30;
    public static final int BASIC_PUBLISH = 60 << 16 | 40;
    public static final int BASIC_RETURN = 60 << 16 | 50;
    public static final int BASIC_DELIVER = 60 << 16 | 60;
    public static final int BASIC_ACK = 60 << 16 | 80;
    public static final int BASIC_NACK = 60 << 16 | 120;
    public static final int CONFIRM_SELECT = 85 << 16 | 10;
    public static final int CONFIRM_SELECT_OK = 85 << 16 | 11;

    private Wire() {}

    /** How a method is called in messages for people. */
    public static String name(int method) {
        return switch (method) {
            case CONNECTION_CLOSE -> "connection.close";
            case CONNECTION_BLOCKED -> "connection.blocked";
            case CHANNEL_CLOSE -> "channel.close";
            case BASIC_CANCEL -> "basic.cancel";
            case BASIC_RETURN -> "basic.return";
            case BASIC_NACK -> "basic.nack";
            case BASIC_ACK -> "basic.ack";
            case BASIC_DELIVER -> "basic.deliver";
            default -> "method " + (method >>> 16) + "," + (method & 0xFFFF);
        };
    }
}
