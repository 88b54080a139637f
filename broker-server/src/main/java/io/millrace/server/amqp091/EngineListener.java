package io.millrace.server.amqp091;

/** Watches a connection, for logs and metrics. Called on the connection's event loop; must not call the engine back. */
public interface EngineListener {
    /** Watches nothing. */
    EngineListener NONE = new EngineListener() {};

    /** A login was refused. */
    default void loginRefused(String user) {}

    /** The connection works now. */
    default void opened(Session091 session) {}

    /** The client made a channel end. */
    default void channelFailed(int channel, WireException error) {}

    /** The client made the connection end, or {@link ConnectionEngine#shutdown} did. */
    default void failed(WireException error) {}

    /** The connection ended in silence: a bad protocol header, an error before login, a timeout. */
    default void dropped(String why) {}
}
