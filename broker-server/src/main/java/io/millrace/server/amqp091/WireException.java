package io.millrace.server.amqp091;

/**
 * The one way in which bad input leaves the decoders and the methods: what connection.close or channel.close will say.
 *
 * <p>AMQP 0-9-1 §1.2 (reply codes), §2.2.4 (channel and connection exceptions). Carries no stack trace: it is an answer,
 * not a defect.
 */
public final class WireException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ReplyCode code;
    private final int method;
    private final boolean connectionLevel;

    private WireException(ReplyCode code, String text, int method, boolean connectionLevel) {
        super(text, null, false, false);
        this.code = code;
        this.method = method;
        this.connectionLevel = connectionLevel;
    }

    /**
     * An error that ends what its code says: the channel or the connection.
     *
     * @param code the reply code
     * @param text what, where, the value met, the values allowed
     * @param method the {@link Method} that caused it, 0 if none did
     */
    public static WireException of(ReplyCode code, String text, int method) {
        return new WireException(code, text, method, code.connectionLevel());
    }

    /** An error that ends the connection whatever its code says. */
    public static WireException ofConnection(ReplyCode code, String text, int method) {
        return new WireException(code, text, method, true);
    }

    /** An error that ends the channel only, whatever its code says. */
    public static WireException ofChannel(ReplyCode code, String text, int method) {
        return new WireException(code, text, method, false);
    }

    /** The same error with the method that caused it, if it does not name one yet. */
    public WireException causedBy(int causingMethod) {
        return method != 0 || causingMethod == 0
                ? this
                : new WireException(code, message(), causingMethod, connectionLevel);
    }

    /** The reply code. */
    public ReplyCode code() {
        return code;
    }

    /** The reply text, without the code's name in front. */
    public String message() {
        return String.valueOf(getMessage());
    }

    /** The class of the method that caused it, 0 if none did. */
    public int classId() {
        return method >>> 16;
    }

    /** The method that caused it, 0 if none did. */
    public int methodId() {
        return method & 0xFFFF;
    }

    /** Whether the connection must end; otherwise the channel. */
    public boolean connectionLevel() {
        return connectionLevel;
    }
}
