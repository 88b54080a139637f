package io.millrace.server.transport;

import io.millrace.server.amqp091.PeerIdentity;
import io.millrace.server.tls.CertificateName;
import io.millrace.server.tls.TlsContext;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What TLS has proved of a client.
 *
 * @param context where the TLS handler is found, by the time that the first byte of AMQP has come through it
 */
record Identity(ChannelHandlerContext context, @Nullable TlsContext tls, AmqpServices services)
        implements PeerIdentity {
    @Override
    public boolean mayUsePassword() {
        return tls != null || !services.passwordsOverTlsOnly();
    }

    @Override
    public @Nullable String certifiedUser() {
        CertificateName name = tls == null ? null : tls.certificateName();
        X509Certificate certificate = certificate();
        return name == null || certificate == null ? null : name.of(certificate);
    }

    /** The version of TLS that was agreed, null if there is none. */
    @Nullable
    String tlsVersion() {
        SSLSession session = session();
        return session == null ? null : session.getProtocol();
    }

    /** Whom the client's verified certificate names, null if there is none. */
    @Nullable
    String certificateSubject() {
        X509Certificate certificate = certificate();
        return certificate == null
                ? null
                : certificate.getSubjectX500Principal().getName();
    }

    private @Nullable X509Certificate certificate() {
        SSLSession session = session();
        if (session == null) {
            return null;
        }
        try {
            // Only what the handshake has verified is here.
            return session.getPeerCertificates()[0] instanceof X509Certificate certificate ? certificate : null;
        } catch (SSLPeerUnverifiedException none) {
            return null;
        }
    }

    private @Nullable SSLSession session() {
        SslHandler handler = context.pipeline().get(SslHandler.class);
        return handler == null || !handler.handshakeFuture().isSuccess()
                ? null
                : handler.engine().getSession();
    }
}
