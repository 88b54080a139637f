package io.millrace.server.tls;

import java.io.IOException;

/** TLS cannot be served with these files or settings. The message says which, what is wrong, and what to do. */
public final class TlsException extends IOException {
    private static final long serialVersionUID = 1L;

    /** There is no listener with TLS. */
    public static TlsException off() {
        return new TlsException("there is no listener with TLS; set amqp.tls.certificate and start the broker again");
    }

    TlsException(String message) {
        super(message);
    }

    TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
