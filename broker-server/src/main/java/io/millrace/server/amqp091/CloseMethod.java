package io.millrace.server.amqp091;

import io.netty.buffer.ByteBuf;

/** connection.close and channel.close from our side: reply code, reply text, the class and the method at fault. */
final class CloseMethod {
    private static final int ARGUMENT_BYTES_MAX = 2 + 256 + 4;

    private CloseMethod() {}

    static void write(Output output, int channel, int method, WireException error) {
        ByteBuf out = output.begin(channel, method, ARGUMENT_BYTES_MAX);
        ReplyCode code = error.code();
        out.writeShort(code.code());
        FieldTableWriter.shortString(out, code.name() + " - " + error.message());
        output.end(out.writeShort(error.classId()).writeShort(error.methodId()));
    }
}
