package io.millrace.server.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;

/**
 * The broker's private key.
 *
 * @param factory gives it to TLS
 * @param certificate what vouches for it
 */
record OwnKey(KeyManagerFactory factory, X509Certificate certificate) {
    private static final byte[] PROBE = "millrace".getBytes(StandardCharsets.US_ASCII);

    /** Whether what the key signs, the certificate's key verifies. */
    static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(PROBE);
            byte[] signed = signing.sign();
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(certificate.getPublicKey());
            verifying.update(PROBE);
            return verifying.verify(signed);
        } catch (GeneralSecurityException e) {
            // Keys of two kinds.
            return false;
        }
    }
}
