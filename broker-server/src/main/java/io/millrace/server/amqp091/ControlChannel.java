package io.millrace.server.amqp091;

import io.netty.buffer.ByteBuf;

/** Channel 0, AMQP 0-9-1 §4.2.3: methods of the connection, heartbeats, and what may not come at all. */
final class ControlChannel {
    /** What channel 0 asks of its engine. */
    interface Host {
        EngineState state();

        /** The connection is closed from both sides; what was written still leaves. */
        void closed();
    }

    private final Host host;
    private final Output output;
    private final MethodReader reader;
    private final Handshake handshake;

    ControlChannel(Host host, Output output, MethodReader reader, Handshake handshake) {
        this.host = host;
        this.output = output;
        this.reader = reader;
        this.handshake = handshake;
    }

    /** Refuses frames that a channel cannot take, whatever is in them. */
    static void checkType(int type, int channel) {
        if (type < Frame.METHOD || type > Frame.BODY) {
            throw type == Frame.HEARTBEAT ? unexpected(type, channel) : unknown(type, channel);
        }
    }

    /** Takes a frame of channel 0, or a frame of any channel while the connection does not run. */
    void frame(int type, int channel, ByteBuf in, int at, int end) {
        if (host.state() == EngineState.CLOSING) {
            if (channel == 0 && type == Frame.METHOD && end - at >= 4) {
                whileClosing(in.getInt(at));
            }
            return;
        }
        if (type == Frame.HEARTBEAT && channel == 0) {
            if (at < end) {
                throw unknown(type, channel);
            }
            return;
        }
        checkType(type, channel);
        if (channel != 0 || type != Frame.METHOD) {
            throw unexpected(type, channel);
        }
        int method = reader.begin(in, at, end);
        try {
            method(method);
        } catch (WireException error) {
            throw error.causedBy(method);
        }
    }

    private void method(int method) {
        if (host.state() == EngineState.HANDSHAKE && method != Method.CONNECTION_CLOSE) {
            handshake.method(method);
            return;
        }
        switch (method) {
            case Method.CONNECTION_CLOSE -> {
                output.method(0, Method.CONNECTION_CLOSE_OK);
                host.closed();
            }
            case Method.CONNECTION_CLOSE_OK -> {}
            case Method.CONNECTION_UPDATE_SECRET -> handshake.updateSecret();
            default ->
                throw WireException.of(
                        ReplyCode.CHANNEL_ERROR, "unexpected method in connection state running", method);
        }
    }

    private void whileClosing(int method) {
        if (method == Method.CONNECTION_CLOSE) {
            output.method(0, Method.CONNECTION_CLOSE_OK);
            host.closed();
        } else if (method == Method.CONNECTION_CLOSE_OK) {
            host.closed();
        }
    }

    private static WireException unexpected(int type, int channel) {
        return WireException.of(ReplyCode.UNEXPECTED_FRAME, "a frame of type " + type + " on channel " + channel, 0);
    }

    private static WireException unknown(int type, int channel) {
        return WireException.of(
                ReplyCode.FRAME_ERROR,
                "a frame of type " + type + " on channel " + channel + "; known are 1 method, 2 header, 3 body and,"
                        + " empty and on channel 0, 8 heartbeat",
                0);
    }
}
