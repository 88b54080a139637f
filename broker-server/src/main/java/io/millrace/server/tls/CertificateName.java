package io.millrace.server.tls;

import io.millrace.config.AlternativeName;
import io.millrace.config.CertificateLogin;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Finds the name of a user in a client's certificate.
 *
 * @param from where it stands
 * @param alternative which alternative name it is, if it is one
 */
public record CertificateName(CertificateLogin from, AlternativeName alternative) {
    /** The short names of attributes that RFC 2253 has none for, as RabbitMQ writes them. */
    private static final Map<String, String> ATTRIBUTES = new TreeMap<>(Map.of(
            "2.5.4.4", "SN",
            "2.5.4.42", "GIVENNAME",
            "2.5.4.43", "INITIALS",
            "2.5.4.44", "GENERATIONQUALIFIER",
            "2.5.4.12", "TITLE",
            "2.5.4.5", "SERIALNUMBER",
            "2.5.4.65", "PSEUDONYM",
            "1.2.840.113549.1.9.1", "EMAILADDRESS"));

    /** The name, or null if the certificate has none of that kind. */
    public @Nullable String of(X509Certificate certificate) {
        return switch (from) {
            case DISTINGUISHED_NAME -> presence(distinguished(certificate));
            case COMMON_NAME -> presence(common(certificate));
            case SUBJECT_ALTERNATIVE_NAME -> alternative(certificate);
        };
    }

    private static @Nullable String presence(String name) {
        return name.isEmpty() ? null : name;
    }

    private static String distinguished(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName(X500Principal.RFC2253, ATTRIBUTES);
    }

    private static String common(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            // The last attribute of a certificate is the first of its text.
            for (Rdn each : new LdapName(distinguished(certificate)).getRdns()) {
                if (each.getType().equals("CN") && each.getValue() instanceof String name) {
                    names.add(name);
                }
            }
        } catch (InvalidNameException e) {
            return "";
        }
        return String.join(",", names);
    }

    private @Nullable String alternative(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                for (List<?> each : names) {
                    if (each.get(0).equals(alternative.tag()) && each.get(1) instanceof String name) {
                        return presence(name);
                    }
                }
            }
            return null;
        } catch (CertificateParsingException e) {
            return null;
        }
    }
}
