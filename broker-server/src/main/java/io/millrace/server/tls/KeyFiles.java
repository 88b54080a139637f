package io.millrace.server.tls;

import io.millrace.config.BrokerConfig;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads certificates and keys. Each refusal names the file, what is wrong with it, and what would be right. */
final class KeyFiles {
    private static final Logger log = LoggerFactory.getLogger(KeyFiles.class);

    /** A chain of certificates has some kilobytes; a bundle of all authorities of the world some hundred. */
    private static final long FILE_BYTES_MAX = 4L << 20;

    private static final String PEM_BEGIN = "-----BEGIN ";

    private KeyFiles() {}

    /** The broker's own key with its certificates. */
    static OwnKey own(BrokerConfig.Tls config) throws TlsException {
        Path certificate = config.certificate();
        byte[] bytes = read(certificate, "amqp.tls.certificate");
        try {
            KeyManagerFactory factory;
            if (isPem(bytes)) {
                factory = pem(config, certificate, bytes);
            } else {
                refuseIfReadable(certificate);
                factory = pkcs12(config, certificate, bytes);
            }
            return checked(factory, certificate);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** The authorities that client certificates must come from. */
    static TrustManagerFactory authorities(Path file) throws TlsException {
        List<Certificate> certificates = certificates(read(file, "amqp.tls.ca"), file);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry("authority-" + i, certificates.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory;
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsException("the certificates in " + file + " cannot be trusted: " + e.getMessage(), e);
        }
    }

    private static KeyManagerFactory pem(BrokerConfig.Tls config, Path certificate, byte[] bytes) throws TlsException {
        Path file = config.key().orElse(null);
        if (file == null) {
            throw new TlsException(
                    certificate + " is a PEM file, which needs its private key in another: set amqp.tls.key");
        }
        refuseIfReadable(file);
        certificates(bytes, certificate);
        byte[] key = read(file, "amqp.tls.key");
        String text = new String(key, StandardCharsets.ISO_8859_1);
        if (text.contains("ENCRYPTED")) {
            throw new TlsException("the private key in " + file
                    + " is encrypted; give it without encryption and readable by the broker's user alone, or put key and"
                    + " certificate into a PKCS#12 file with amqp.tls.key-password");
        }
        if (!text.contains("PRIVATE KEY-----")) {
            throw new TlsException("there is no private key in " + file
                    + "; a PEM file that begins with -----BEGIN PRIVATE KEY----- is needed");
        }
        try {
            // Files were read here, so that an error can name them: no Vert.x is needed.
            return new PemKeyCertOptions()
                    .setCertValue(Buffer.buffer(bytes))
                    .setKeyValue(Buffer.buffer(key))
                    .getKeyManagerFactory(null);
        } catch (Exception e) {
            throw new TlsException(
                    "the private key in " + file + " cannot be read: " + e.getMessage()
                            + "; a PEM file with an RSA or EC key is needed",
                    e);
        }
    }

    private static KeyManagerFactory pkcs12(BrokerConfig.Tls config, Path file, byte[] bytes) throws TlsException {
        if (config.key().isPresent()) {
            throw new TlsException(file + " is no PEM file; amqp.tls.key belongs to a certificate in PEM. For a PKCS#12"
                    + " file, which holds its key, remove amqp.tls.key");
        }
        char[] password = config.keyPassword()
                .map(secret -> secret.reveal().toCharArray())
                .orElse(new char[0]);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(bytes), password);
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, password);
            return factory;
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsException(
                    file + " is neither a PEM file nor a PKCS#12 file that amqp.tls.key-password opens: "
                            + e.getMessage(),
                    e);
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    /** Takes the one key of a factory, and sees that it belongs to its certificate. */
    private static OwnKey checked(KeyManagerFactory factory, Path file) throws TlsException {
        for (KeyManager each : factory.getKeyManagers()) {
            if (each instanceof X509KeyManager keys) {
                for (String type : List.of("RSA", "EC", "EdDSA", "RSASSA-PSS")) {
                    String[] names = keys.getServerAliases(type, null);
                    if (names != null && names.length > 0) {
                        return matching(
                                factory, keys.getPrivateKey(names[0]), keys.getCertificateChain(names[0]), file);
                    }
                }
            }
        }
        throw new TlsException("there is no private key with a certificate in " + file);
    }

    private static OwnKey matching(KeyManagerFactory factory, PrivateKey key, X509Certificate[] chain, Path file)
            throws TlsException {
        if (!OwnKey.belongTogether(key, chain[0])) {
            throw new TlsException("the private key does not belong to the first certificate in " + file + " ("
                    + chain[0].getSubjectX500Principal() + "); the broker's own certificate must be the first");
        }
        return new OwnKey(factory, chain[0]);
    }

    private static List<Certificate> certificates(byte[] bytes, Path file) throws TlsException {
        try {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes));
            if (!found.isEmpty()) {
                return List.copyOf(found);
            }
        } catch (CertificateException e) {
            throw new TlsException("the certificates in " + file + " cannot be read: " + e.getMessage(), e);
        }
        throw new TlsException("there is no certificate in " + file
                + "; a PEM file that begins with -----BEGIN CERTIFICATE----- is needed");
    }

    private static boolean isPem(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).contains(PEM_BEGIN);
    }

    private static byte[] read(Path file, String key) throws TlsException {
        try {
            long size = Files.size(file);
            if (size > FILE_BYTES_MAX) {
                throw new TlsException(file + " (" + key + ") has " + size + " bytes, more than " + FILE_BYTES_MAX
                        + ": it is something else");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new TlsException(file + " (" + key + ") does not exist", e);
        } catch (AccessDeniedException e) {
            throw new TlsException(file + " (" + key + ") may not be read by the broker's user", e);
        } catch (TlsException e) {
            throw e;
        } catch (IOException e) {
            throw new TlsException(file + " (" + key + ") cannot be read: " + e.getMessage(), e);
        }
    }

    /** Whoever reads the key can be the broker. The group may: that is how key stores of orchestrators give files out. */
    private static void refuseIfReadable(Path file) throws TlsException {
        Set<PosixFilePermission> rights;
        try {
            rights = Files.getPosixFilePermissions(file);
        } catch (UnsupportedOperationException notPosix) {
            return;
        } catch (IOException e) {
            // Reading it says why.
            return;
        }
        if (!Collections.disjoint(rights, Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE))) {
            throw new TlsException("the private key in " + file
                    + " is open to every user of this machine; take that away: chmod 600 " + file);
        }
        if (rights.contains(PosixFilePermission.GROUP_READ)) {
            log.info("the private key can be read by a group file={}", file);
        }
    }
}
