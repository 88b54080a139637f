package io.millrace.server.clients;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * An authority and the certificates that it gives, made anew for each run, in a directory:
 * {@code ca.pem}, {@code server.pem} with {@code server.key}, {@code client.pem} with {@code client.key}.
 */
public final class TestCertificates {
    /** What the certificate of the client says of it. */
    public static final String CLIENT = "CN=guest,OU=Mill,O=Race";

    private static final char[] PASSWORD = "sesame".toCharArray();

    private static final String AUTHORITY = "CN=Millrace test authority";

    private final Path directory;
    private final X509Bundle authority;

    public TestCertificates(Path directory) throws Exception {
        this.directory = directory;
        this.authority = authority();
        Files.createDirectories(directory);
        Files.writeString(ca(), authority.getRootCertificatePEM());
        writeServer("CN=localhost");
        X509Bundle client = client(CLIENT);
        Files.writeString(directory.resolve("client.pem"), client.getCertificatePathPEM());
        writeKey(directory.resolve("client.key"), client);
    }

    public Path ca() {
        return directory.resolve("ca.pem");
    }

    public Path server() {
        return directory.resolve("server.pem");
    }

    public Path serverKey() {
        return directory.resolve("server.key");
    }

    /** Settings of a broker with TLS at a free port. */
    public String[] settings(String... more) {
        String[] all = new String[more.length + 3];
        all[0] = "amqp.tls.port=0";
        all[1] = "amqp.tls.certificate=" + server();
        all[2] = "amqp.tls.key=" + serverKey();
        System.arraycopy(more, 0, all, 3, more.length);
        return all;
    }

    /** Replaces the broker's certificate and key. */
    public void writeServer(String subject) throws Exception {
        X509Bundle server = issue(subject);
        writeKey(serverKey(), server);
        Files.writeString(server(), server.getCertificatePathPEM());
    }

    /** The broker's certificate and key in one file of another form. */
    Path writePkcs12(String password) throws Exception {
        Path file = directory.resolve("server.p12");
        KeyStore store = issue("CN=localhost").toKeyStore(password.toCharArray());
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, password.toCharArray());
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    /** What a client trusts the broker with, as a file of PKCS #12. */
    Path writeTrustStore(String password) throws Exception {
        Path file = directory.resolve("trust.p12");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", authority.getRootCertificate());
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, password.toCharArray());
        }
        return file;
    }

    X509Bundle issue(String subject) throws Exception {
        return usual().subject(subject)
                .addSanDnsName("localhost")
                .addSanIpAddress("127.0.0.1")
                .buildIssuedBy(authority);
    }

    X509Bundle client(String subject) throws Exception {
        return usual().subject(new X500Principal(subject))
                .addSanDnsName("guest.example")
                .addSanRfc822Name("guest@example")
                .buildIssuedBy(authority);
    }

    X509Bundle expiredClient() throws Exception {
        return usual().notBefore(Instant.now().minus(Duration.ofDays(3)))
                .notAfter(Instant.now().minus(Duration.ofDays(2)))
                .subject(CLIENT)
                .buildIssuedBy(authority);
    }

    /** One of an authority that nobody knows, although it has the name of ours. */
    static X509Bundle stranger() throws Exception {
        return usual().subject(CLIENT).buildIssuedBy(authority());
    }

    private static X509Bundle authority() throws Exception {
        return usual().subject(AUTHORITY).setIsCertificateAuthority(true).buildSelfSigned();
    }

    /** What a client trusts the broker with; it shows a certificate if there is one. */
    SSLContext trusting(@Nullable X509Bundle own) throws Exception {
        return context("TLS", own);
    }

    SSLContext context(String protocol, @Nullable X509Bundle own) throws Exception {
        TrustManagerFactory trust = authority.toTrustManagerFactory();
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own == null ? null : own.toKeyStore(PASSWORD), own == null ? null : PASSWORD);
        SSLContext context = SSLContext.getInstance(protocol);
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    static void writeKey(Path file, X509Bundle bundle) throws IOException {
        Files.writeString(file, bundle.getPrivateKeyPEM());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static CertificateBuilder usual() {
        return new CertificateBuilder()
                .ecp256()
                .notBefore(Instant.now().minus(Duration.ofDays(1)))
                .notAfter(Instant.now().plus(Duration.ofDays(30)));
    }
}
