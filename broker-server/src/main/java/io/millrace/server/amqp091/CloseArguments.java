package io.millrace.server.amqp091;

import io.netty.buffer.ByteBuf;

/** The arguments of connection.close and channel.close: reply code, reply text, the class and the method at fault. */
final class CloseArguments {
    private CloseArguments() {}

    static void write(ByteBuf out, WireException error) {
        ReplyCode code = error.code();
        out.writeShort(code.code());
        FieldTableWriter.shortString(out, code.name() + " - " + error.message());
        out.writeShort(error.classId()).writeShort(error.methodId());
    }
}
