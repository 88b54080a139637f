package io.millrace.config;

/** What a TLS listener asks of its clients. A certificate that is given and cannot be verified is always refused. */
public enum ClientCertificates {
    /** Nothing. */
    NONE,
    /** A certificate, if they have one. */
    REQUEST,
    /** A certificate. */
    REQUIRED
}
