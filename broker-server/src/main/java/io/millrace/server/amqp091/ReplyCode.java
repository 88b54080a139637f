package io.millrace.server.amqp091;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;

/** Reply codes, AMQP 0-9-1 §1.2, and what they end: a soft error ends the channel, a hard one the connection. */
public enum ReplyCode {
    NO_ROUTE(312, false),
    CONNECTION_FORCED(320, true),
    ACCESS_REFUSED(403, false),
    NOT_FOUND(404, false),
    RESOURCE_LOCKED(405, false),
    PRECONDITION_FAILED(406, false),
    FRAME_ERROR(501, true),
    SYNTAX_ERROR(502, true),
    COMMAND_INVALID(503, true),
    CHANNEL_ERROR(504, true),
    UNEXPECTED_FRAME(505, true),
    RESOURCE_ERROR(506, true),
    NOT_ALLOWED(530, true),
    NOT_IMPLEMENTED(540, true),
    INTERNAL_ERROR(541, true);

    private final int code;
    private final boolean connectionLevel;

    ReplyCode(int code, boolean connectionLevel) {
        this.code = code;
        this.connectionLevel = connectionLevel;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** Whether it ends the connection. */
    public boolean connectionLevel() {
        return connectionLevel;
    }

    /** What the core's refusal is on this wire. */
    static WireException of(BrokerException why, int method) {
        return why.code() == ErrorCode.RESOURCE_EXHAUSTED
                ? WireException.ofChannel(RESOURCE_ERROR, why.text(), method)
                : WireException.of(of(why.code()), why.text(), method);
    }

    private static ReplyCode of(ErrorCode code) {
        return switch (code) {
            case NOT_FOUND -> NOT_FOUND;
            case ACCESS_REFUSED -> ACCESS_REFUSED;
            case RESOURCE_LOCKED -> RESOURCE_LOCKED;
            case PRECONDITION_FAILED -> PRECONDITION_FAILED;
            case NOT_ALLOWED -> NOT_ALLOWED;
            case INVALID_ARGUMENT -> COMMAND_INVALID;
            case NOT_IMPLEMENTED -> NOT_IMPLEMENTED;
            case RESOURCE_EXHAUSTED -> RESOURCE_ERROR;
            case DAMAGED, UNAVAILABLE -> INTERNAL_ERROR;
        };
    }
}
