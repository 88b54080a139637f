package io.millrace.server.torture;

import io.millrace.server.torture.LyingProxy.Frame;
import io.millrace.server.torture.LyingProxy.Lie;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the proxy does to the frames of one connection. */
final class ProxiedConnection {
    private static final int CONFIRM_SELECT = 85 << 16 | 10;
    private static final int BASIC_PUBLISH = 60 << 16 | 40;
    private static final int BASIC_RETURN = 60 << 16 | 50;
    private static final int BASIC_DELIVER = 60 << 16 | 60;
    private static final int BASIC_GET_OK = 60 << 16 | 71;
    private static final int BASIC_ACK = 60 << 16 | 80;
    private static final int BASIC_NACK = 60 << 16 | 120;

    /** How many published messages the broker gets late. */
    private static final int LATE = 6;
    /** One of so many is lied about, where not all are. */
    private static final int ONE_OF = 15;

    private final Lie lie;
    private final DataOutputStream toClient;
    private final DataOutputStream toBroker;
    /** Of channels with confirms, how many messages were published. */
    private final Map<Integer, Long> published = new HashMap<>();

    private final Map<Integer, Contents> fromClient = new HashMap<>();
    private final Map<Integer, Contents> fromBroker = new HashMap<>();
    private final Deque<List<Frame>> late = new ArrayDeque<>();
    private List<Frame> kept = List.of();
    private int count;

    /** A method with the header and the body that follow it on its channel. */
    private static final class Contents {
        final int method;
        final List<Frame> frames = new ArrayList<>();
        private long bytesLeft = Long.MAX_VALUE;

        Contents(Frame method) {
            this.method = method(method);
            frames.add(method);
        }

        boolean isWholeWith(Frame frame) {
            frames.add(frame);
            if (frame.type() == Frame.HEADER) {
                bytesLeft = ByteBuffer.wrap(frame.payload()).getLong(4);
            } else {
                bytesLeft -= frame.payload().length;
            }
            return bytesLeft == 0;
        }
    }

    ProxiedConnection(Lie lie, DataOutputStream toClient, DataOutputStream toBroker) {
        this.lie = lie;
        this.toClient = toClient;
        this.toBroker = toBroker;
    }

    /** A frame from the client. One thread at a time. */
    void fromClient(Frame frame) throws IOException {
        Contents open = fromClient.get(frame.channel());
        if (open != null && frame.type() != Frame.METHOD) {
            if (open.isWholeWith(frame)) {
                fromClient.remove(frame.channel());
                published(frame.channel(), open.frames);
            }
        } else if (is(frame, BASIC_PUBLISH)) {
            fromClient.put(frame.channel(), new Contents(frame));
        } else {
            if (is(frame, CONFIRM_SELECT)) {
                published.put(frame.channel(), 0L);
            }
            send(toBroker, List.of(frame));
        }
    }

    private void published(int channel, List<Frame> frames) throws IOException {
        boolean lies = lie == Lie.CONFIRMS_EARLY || lie == Lie.DROPS_PUBLISHED;
        if (!lies || !published.containsKey(channel)) {
            send(toBroker, frames);
            return;
        }
        long tag = published.merge(channel, 1L, Long::sum);
        byte[] ack = ByteBuffer.allocate(4 + 8 + 1)
                .putInt(BASIC_ACK)
                .putLong(tag)
                .put((byte) 0)
                .array();
        if (lie == Lie.CONFIRMS_EARLY) {
            late.add(frames);
            if (late.size() > LATE) {
                send(toBroker, late.remove());
            }
        } else if (tag % ONE_OF != 0) {
            send(toBroker, frames);
        }
        send(toClient, List.of(new Frame(Frame.METHOD, channel, ack)));
    }

    /** A frame from the broker. One thread at a time. */
    void fromBroker(Frame frame) throws IOException {
        Contents open = fromBroker.get(frame.channel());
        if (open != null && frame.type() != Frame.METHOD) {
            if (open.isWholeWith(frame)) {
                fromBroker.remove(frame.channel());
                delivered(open);
            }
        } else if (is(frame, BASIC_DELIVER) || is(frame, BASIC_GET_OK) || is(frame, BASIC_RETURN)) {
            fromBroker.put(frame.channel(), new Contents(frame));
        } else if (!isConfirm(frame) || lie != Lie.CONFIRMS_EARLY && lie != Lie.DROPS_PUBLISHED) {
            send(toClient, List.of(frame));
        }
    }

    private void delivered(Contents contents) throws IOException {
        List<Frame> frames = contents.frames;
        if (contents.method == BASIC_RETURN) {
            if (lie != Lie.KEEPS_RETURNED) {
                send(toClient, frames);
            }
            return;
        }
        boolean chosen = ++count % ONE_OF == 0 && contents.method == BASIC_DELIVER;
        if (lie == Lie.CLEARS_MARK) {
            clearMark(frames.get(0).payload());
        } else if (lie == Lie.CHANGES_BODY && chosen && frames.size() > 2) {
            frames.get(2).payload()[0] ^= 1;
        } else if (lie == Lie.REPEATS && chosen) {
            send(toClient, frames);
        } else if (lie == Lie.SWAPS && chosen) {
            kept = List.copyOf(frames);
            return;
        }
        send(toClient, frames);
        send(toClient, kept);
        kept = List.of();
    }

    private static void clearMark(byte[] payload) {
        boolean got = ByteBuffer.wrap(payload).getInt() == BASIC_GET_OK;
        payload[got ? 4 + 8 : 4 + 1 + (payload[4] & 0xFF) + 8] = 0;
    }

    private static boolean isConfirm(Frame frame) {
        return is(frame, BASIC_ACK) || is(frame, BASIC_NACK);
    }

    private static boolean is(Frame frame, int method) {
        return frame.type() == Frame.METHOD && method(frame) == method;
    }

    private static int method(Frame frame) {
        return ByteBuffer.wrap(frame.payload()).getInt();
    }

    private static void send(DataOutputStream out, List<Frame> frames) throws IOException {
        synchronized (out) {
            for (Frame frame : frames) {
                frame.write(out);
            }
            out.flush();
        }
    }
}
