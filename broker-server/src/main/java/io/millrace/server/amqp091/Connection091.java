package io.millrace.server.amqp091;

import io.millrace.core.model.BrokerException;
import io.millrace.core.vhost.Client;
import io.millrace.core.vhost.Commands;
import io.millrace.core.vhost.Lane;
import io.millrace.server.report.ChannelReport;
import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectHashMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** An open connection to a virtual host: its channels and what they share. */
final class Connection091 {
    /** Most gets of a connection that may wait for their answer: each may bring a message of any size. */
    static final int GETS_MAX = 16;

    /** What an open connection asks of its engine. */
    interface Host {
        /** Ends the connection with an error. */
        void fail(WireException error);

        /** A channel has ended with an error. */
        void channelFailed(int channel, WireException error);

        /** The virtual host's turn has ended: sends what was collected. */
        void turnEnded();

        /** Sends, closes lanes and reads on soon, outside of any call of the virtual host. */
        void wake();
    }

    private final Host host;
    private final Output output;
    private final ContentWriter contentWriter;
    private final Settings091 settings;
    private final Session091 session;
    private final ClientCapabilities capabilities;
    private final Commands commands;
    private final Client client;
    private final RandomGenerator random;
    private final byte @Nullable [] userId;
    private final int channelMax;
    private final AssemblyBuffers buffers;
    private final MethodReader reader;
    private final IntObjectHashMap<Channel091> channels = new IntObjectHashMap<>();
    private final List<Channel091> lanesToEnd = new ArrayList<>();
    private final List<Channel091> settling = new ArrayList<>();

    private @Nullable Channel091 lastFound;
    private @Nullable Lane stalledBy;
    /** A method that came while a get of its channel waits: the virtual host answers gets out of turn. */
    private @Nullable ByteBuf parked;

    private @Nullable Channel091 parkedOn;
    private int repliesAwaited;
    private int getsWaiting;
    private boolean starved;
    private boolean published;

    Connection091(
            Host host,
            Output output,
            ContentWriter contentWriter,
            MethodReader reader,
            Settings091 settings,
            Session091 session,
            Commands commands,
            RandomGenerator random) {
        this.host = host;
        this.output = output;
        this.contentWriter = contentWriter;
        this.reader = reader;
        this.settings = settings;
        this.session = session;
        this.capabilities = session.capabilities();
        this.channelMax = session.channelMax();
        this.commands = commands;
        this.client = new Client(session.description());
        this.random = random;
        this.userId = session.mayImpersonate() ? null : session.user().getBytes(StandardCharsets.UTF_8);
        this.buffers = new AssemblyBuffers(settings.assemblyMaxBytes());
        commands.connect(client);
    }

    Output output() {
        return output;
    }

    ContentWriter contentWriter() {
        return contentWriter;
    }

    Settings091 settings() {
        return settings;
    }

    ClientCapabilities capabilities() {
        return capabilities;
    }

    Commands commands() {
        return commands;
    }

    Client client() {
        return client;
    }

    /** How its channels stand. */
    List<ChannelReport> reports() {
        List<ChannelReport> reports = new ArrayList<>(channels.size());
        for (Channel091 channel : channels.values()) {
            reports.add(channel.report(session));
        }
        return reports;
    }

    Session091 session() {
        return session;
    }

    PublishAssembly newAssembly(DirectReplies replies) {
        return new PublishAssembly(buffers, settings, userId, replies);
    }

    /** A consumer tag that nobody can guess: 128 random bits. */
    String newConsumerTag() {
        return "amq.ctag-" + newToken();
    }

    /** Text that nobody can guess: 128 random bits. */
    String newToken() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Takes a frame of a channel other than 0. */
    void frame(int type, int number, ByteBuf in, int at, int end) {
        Channel091 channel = find(number);
        if (channel == null) {
            open(type, number, in, at, end);
            return;
        }
        if (channel.awaitsGet() && type == Frame.METHOD && channel.mustFollowGet(in, at, end)) {
            parked = in.copy(at, end - at);
            parkedOn = channel;
            return;
        }
        take(channel, type, in, at, end);
    }

    private void take(Channel091 channel, int type, ByteBuf in, int at, int end) {
        try {
            channel.frame(type, in, at, end, reader);
        } catch (WireException error) {
            channel.failInTurn(type == Frame.METHOD ? error.causedBy(reader.method()) : error);
        }
        endLanes();
    }

    /** Whether another frame may be taken. */
    boolean ready() {
        return stalledBy == null && parked == null && getsWaiting < GETS_MAX && repliesAwaited <= settings.repliesMax();
    }

    /** Whether this connection has ever published. */
    boolean hasPublished() {
        return published;
    }

    void published() {
        published = true;
    }

    /** Sends what the channels have collected in this read burst, and closes lanes that are due. */
    void endBurst() {
        replayParked();
        for (int i = 0; i < settling.size(); i++) {
            settling.get(i).endBurst();
        }
        settling.clear();
        endLanes();
    }

    /** Tells the virtual host about lanes that have room again. Not to be called from within a call of it. */
    void resumeStarved() {
        if (starved && output.hasRoom()) {
            starved = false;
            for (Channel091 channel : channels.values()) {
                if (channel.isOpen() && channel.outlet().takeRoom()) {
                    commands.resume(channel.lane());
                }
            }
        }
    }

    /** Whether there is something to do at once: lanes to be resumed, or a method that need not wait any more. */
    boolean hasWork() {
        return (starved && output.hasRoom()) || canReplayParked();
    }

    private boolean canReplayParked() {
        Channel091 channel = parkedOn;
        return channel != null && !channel.awaitsGet();
    }

    private void replayParked() {
        Channel091 channel = parkedOn;
        ByteBuf method = parked;
        if (channel != null && method != null && canReplayParked()) {
            forgetParked();
            take(channel, Frame.METHOD, method, 0, method.readableBytes());
            method.release();
        }
    }

    private void forgetParked() {
        parked = null;
        parkedOn = null;
    }

    /** The connection ends: all channels with it. Not to be called from within a call of the virtual host. */
    void disconnect() {
        for (Channel091 channel : channels.values()) {
            channel.abandon();
        }
        channels.clear();
        ByteBuf method = parked;
        if (method != null) {
            method.release();
            forgetParked();
        }
        settling.clear();
        lanesToEnd.clear();
        lastFound = null;
        commands.disconnect(client);
    }

    void fail(WireException error) {
        host.fail(error);
    }

    void channelFailed(int number, WireException error) {
        host.channelFailed(number, error);
    }

    void turnEnded() {
        host.turnEnded();
    }

    void settling(Channel091 channel) {
        settling.add(channel);
    }

    void starved() {
        starved = true;
    }

    /** Reads nothing before {@link #unstall} of the same lane. */
    void stall(Lane lane) {
        stalledBy = lane;
    }

    void unstall(Lane lane) {
        if (stalledBy == lane) {
            stalledBy = null;
            host.wake();
        }
    }

    void getBegun() {
        getsWaiting++;
    }

    void getEnded() {
        getsWaiting--;
        host.wake();
    }

    void replyAwaited() {
        repliesAwaited++;
    }

    void replied() {
        repliesAwaited--;
        host.wake();
    }

    void repliesDropped(int count) {
        repliesAwaited -= count;
    }

    /** Ends the lane of a channel outside of any call of the virtual host. */
    void endLaneSoon(Channel091 channel) {
        lanesToEnd.add(channel);
        host.wake();
    }

    void remove(Channel091 channel) {
        channels.remove(channel.number());
        lastFound = null;
    }

    private @Nullable Channel091 find(int number) {
        Channel091 found = lastFound;
        if (found == null || found.number() != number) {
            found = channels.get(number);
            lastFound = found;
        }
        return found;
    }

    private void open(int type, int number, ByteBuf in, int at, int end) {
        int method = type == Frame.METHOD ? reader.begin(in, at, end) : 0;
        if (method != Method.CHANNEL_OPEN) {
            throw WireException.of(ReplyCode.CHANNEL_ERROR, "expected 'channel.open'", method);
        }
        reader.skipShortString();
        reader.finish();
        if (number > channelMax) {
            throw WireException.of(
                    ReplyCode.NOT_ALLOWED,
                    "channel number " + number + " is above the negotiated channel_max (" + channelMax + ")",
                    method);
        }
        try {
            channels.put(number, new Channel091(this, number));
        } catch (BrokerException refusal) {
            throw ReplyCode.of(refusal, method);
        }
        output.end(output.begin(number, Method.CHANNEL_OPEN_OK, 4).writeInt(0));
    }

    private void endLanes() {
        while (!lanesToEnd.isEmpty()) {
            lanesToEnd.remove(lanesToEnd.size() - 1).endLane();
        }
    }
}
