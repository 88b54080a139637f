package io.millrace.config;

/** Which part of a client's certificate is the name of the user that it logs in as. */
public enum CertificateLogin {
    /** The subject as a whole, as RFC 4514 writes it. */
    DISTINGUISHED_NAME,
    /** The common names of the subject, with commas between them. */
    COMMON_NAME,
    /** The first alternative name of the subject that is of the right kind. */
    SUBJECT_ALTERNATIVE_NAME
}
