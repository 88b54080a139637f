package io.millrace.server.amqp091;

/** Where a connection stands. */
enum EngineState {
    /** The protocol header has not come yet. */
    HEADER,
    /** Until the virtual host is open. */
    HANDSHAKE,
    RUNNING,
    /** We have sent connection.close and wait for its answer. */
    CLOSING,
    /** The same, but what comes in cannot be split into frames any more. */
    DEAF,
    ENDED;

    boolean isHandshaking() {
        return this == HEADER || this == HANDSHAKE;
    }

    boolean isClosing() {
        return this == CLOSING || this == DEAF;
    }

    /** Whether nothing that the client sends counts any more. */
    boolean isOver() {
        return this == ENDED || isClosing();
    }
}
