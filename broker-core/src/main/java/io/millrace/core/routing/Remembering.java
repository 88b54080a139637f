package io.millrace.core.routing;

import java.nio.ByteBuffer;

/** Somebody on the way of a message who wants to keep it once it is known that it is taken. Owner's thread only. */
interface Remembering {
    /** Keeps a copy of a message's record, if there is room. */
    void remember(ByteBuffer record, int at);
}
