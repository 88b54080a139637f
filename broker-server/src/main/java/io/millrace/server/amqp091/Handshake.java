package io.millrace.server.amqp091;

import io.millrace.core.model.BrokerException;
import io.millrace.core.vhost.Commands;
import io.netty.buffer.ByteBuf;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The way from the protocol header to an open connection, AMQP 0-9-1 §2.2.4: start, login, tune, open. */
final class Handshake {
    private enum Expected {
        START_OK,
        TUNE_OK,
        OPEN,
        NOTHING
    }

    /** What the handshake asks of its engine. */
    interface Host {
        /** Sends connection.close. */
        void refuse(WireException error);

        /** Ends the connection without a word. */
        void drop(String why);

        /** Sizes and heartbeats are agreed. */
        void tuned(int frameMaxBytes, int heartbeatSeconds);

        /** The virtual host is open. */
        void opened(Session091 session, Commands commands);

        /** Where the connection stands now. */
        EngineState state();

        /** Goes on reading, soon. */
        void wake();
    }

    private final Host host;
    private final Output output;
    private final MethodReader reader;
    private final Settings091 settings;
    private final Authenticator authenticator;
    private final VirtualHosts virtualHosts;
    private final Peer peer;
    private final EngineListener listener;

    private Expected expected = Expected.START_OK;
    private boolean busy;
    private boolean loggedIn;
    private String user = "";
    private String mechanism = "";
    private boolean mayImpersonate;
    private Map<String, @Nullable Object> clientProperties = Map.of();
    private ClientCapabilities capabilities = ClientCapabilities.NONE;
    private int channelMax;
    private int frameMaxBytes;
    private int heartbeatSeconds;

    Handshake(
            Host host,
            Output output,
            MethodReader reader,
            Settings091 settings,
            Authenticator authenticator,
            VirtualHosts virtualHosts,
            Peer peer,
            EngineListener listener) {
        this.host = host;
        this.output = output;
        this.reader = reader;
        this.settings = settings;
        this.authenticator = authenticator;
        this.virtualHosts = virtualHosts;
        this.peer = peer;
        this.listener = listener;
    }

    /** Whether an answer from outside is awaited: nothing may be read before. */
    boolean busy() {
        return busy;
    }

    /** Whether the client has proved who it is. */
    boolean loggedIn() {
        return loggedIn;
    }

    /** Sends connection.start. */
    void start() {
        ByteBuf out = output.begin(0, Method.CONNECTION_START, 1_024);
        out.writeByte(0).writeByte(9);
        FieldTableWriter.table(out, settings.serverProperties());
        FieldTableWriter.longString(out, Login.mechanisms(peer.identity()));
        FieldTableWriter.longString(out, "en_US");
        output.end(out);
    }

    /** Takes a method of channel 0 before the connection is open. */
    void method(int method) {
        if (method == Method.CONNECTION_START_OK && expected == Expected.START_OK) {
            startOk();
        } else if (method == Method.CONNECTION_TUNE_OK && expected == Expected.TUNE_OK) {
            tuneOk();
        } else if (method == Method.CONNECTION_OPEN && expected == Expected.OPEN) {
            open();
        } else {
            throw WireException.of(
                    ReplyCode.CHANNEL_ERROR, "unexpected method in the handshake; expected " + expected, method);
        }
    }

    private void startOk() {
        clientProperties = reader.table();
        String asked = reader.shortString();
        byte[] response = reader.longString();
        reader.skipShortString();
        reader.finish();
        capabilities = ClientCapabilities.of(clientProperties);
        Login login = Login.of(asked, response, peer.identity());
        if (login == null) {
            refuseLogin(asked, "");
            return;
        }
        expected = Expected.NOTHING;
        busy = true;
        Authenticator.Callback callback = new Authenticator.Callback() {
            @Override
            public void accepted(boolean impersonator) {
                if (answered()) {
                    user = login.user();
                    mechanism = asked;
                    mayImpersonate = impersonator;
                    loggedIn = true;
                    tune();
                }
            }

            @Override
            public void refused() {
                if (answered()) {
                    refuseLogin(asked, login.user());
                }
            }
        };
        byte[] password = login.password();
        if (password == null) {
            authenticator.identify(login.user(), peer.loopback(), callback);
        } else {
            authenticator.authenticate(login.user(), password, peer.loopback(), callback);
        }
    }

    /** AMQP 0-9-1 §2.2.4 lets a server that refuses a login close in silence; clients that can take it are told why. */
    private void refuseLogin(String mechanism, String who) {
        listener.loginRefused(who);
        if (capabilities.authenticationFailureClose()) {
            host.refuse(WireException.ofConnection(
                    ReplyCode.ACCESS_REFUSED,
                    "Login was refused using authentication mechanism " + mechanism
                            + ". For details see the broker logfile.",
                    0));
        } else {
            host.drop("the login was refused");
        }
    }

    private void tune() {
        expected = Expected.TUNE_OK;
        ByteBuf out = output.begin(0, Method.CONNECTION_TUNE, 8);
        out.writeShort(settings.channelMax())
                .writeInt(settings.frameMaxBytes())
                .writeShort(settings.heartbeatSeconds());
        output.end(out);
    }

    /** In connection.tune-ok 0 means that the client has no limit of its own: ours holds then. */
    private void tuneOk() {
        int channels = reader.shortUint();
        long frameMax = reader.longUint();
        int heartbeat = reader.shortUint();
        reader.finish();
        if (frameMax != 0 && frameMax < Frame.MIN_BYTES) {
            throw negotiation("frame_max", frameMax, "lower than the minimum", Frame.MIN_BYTES);
        }
        if (frameMax > settings.frameMaxBytes()) {
            throw negotiation("frame_max", frameMax, "higher than the maximum", settings.frameMaxBytes());
        }
        if (channels > settings.channelMax()) {
            throw negotiation("channel_max", channels, "higher than the maximum", settings.channelMax());
        }
        channelMax = channels == 0 ? settings.channelMax() : channels;
        frameMaxBytes = frameMax == 0 ? settings.frameMaxBytes() : (int) frameMax;
        heartbeatSeconds = heartbeat;
        expected = Expected.OPEN;
        host.tuned(frameMaxBytes, heartbeat);
    }

    private static WireException negotiation(String field, long value, String how, int allowed) {
        return WireException.of(
                ReplyCode.NOT_ALLOWED,
                "negotiated " + field + " = " + value + " is " + how + " allowed value (" + allowed + ")",
                Method.CONNECTION_TUNE_OK);
    }

    private void open() {
        String name = reader.name();
        reader.skipShortString();
        reader.bit();
        reader.finish();
        expected = Expected.NOTHING;
        busy = true;
        virtualHosts.open(name, user, new VirtualHosts.Callback() {
            @Override
            public void opened(Commands commands) {
                if (answered()) {
                    host.opened(session(name), commands);
                    output.end(output.begin(0, Method.CONNECTION_OPEN_OK, 1).writeByte(0));
                }
            }

            @Override
            public void notFound() {
                refuseOpen("vhost " + name + " not found");
            }

            @Override
            public void accessRefused() {
                refuseOpen("access to vhost '" + name + "' refused for user '" + user + "'");
            }

            @Override
            public void refused(BrokerException why) {
                if (answered()) {
                    WireException error = ReplyCode.of(why, Method.CONNECTION_OPEN);
                    host.refuse(WireException.ofConnection(error.code(), error.message(), Method.CONNECTION_OPEN));
                }
            }
        });
    }

    private void refuseOpen(String text) {
        if (answered()) {
            host.refuse(WireException.of(ReplyCode.NOT_ALLOWED, text, Method.CONNECTION_OPEN));
        }
    }

    private Session091 session(String virtualHost) {
        return new Session091(
                user,
                mechanism,
                mayImpersonate,
                virtualHost,
                clientProperties,
                capabilities,
                peer.description(),
                channelMax,
                frameMaxBytes,
                heartbeatSeconds);
    }

    /**
     * Takes connection.update-secret. Nothing that this broker logs a user in with expires while the connection is open,
     * so the new secret is taken note of and changes nothing: it grants nothing, and it is not checked.
     */
    void updateSecret() {
        reader.longString();
        reader.skipShortString();
        reader.finish();
        output.method(0, Method.CONNECTION_UPDATE_SECRET_OK);
    }

    /** Takes an answer from outside. Returns false if nobody waits for it any more. */
    private boolean answered() {
        if (!busy || host.state().isOver()) {
            return false;
        }
        busy = false;
        host.wake();
        return true;
    }
}
