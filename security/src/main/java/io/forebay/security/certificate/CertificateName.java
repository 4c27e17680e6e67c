package io.forebay.security.certificate;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/// Where a certificate names its user (RFC 5280 §4.1.2.6, §4.2.1.6).
public enum CertificateName {
  /// The common name of the subject; of several the most specific, which stands last.
  CN {
    @Override
    @Nullable String in(X509Certificate certificate) {
      List<String> names = ofSubject(certificate, "CN");
      return names.isEmpty() ? null : names.getLast();
    }
  },
  /// The first alternative name that is a host name.
  DNS {
    @Override
    @Nullable String in(X509Certificate certificate) {
      return alternative(certificate, 2);
    }
  },
  /// The first that is a mail address.
  EMAIL {
    @Override
    @Nullable String in(X509Certificate certificate) {
      return alternative(certificate, 1);
    }
  },
  /// The first that is a URI.
  URI {
    @Override
    @Nullable String in(X509Certificate certificate) {
      return alternative(certificate, 6);
    }
  };

  /// Null if it names none there.
  abstract @Nullable String in(X509Certificate certificate);

  /// All values of an attribute of the subject, from the root of its name on.
  static List<String> ofSubject(X509Certificate certificate, String type) {
    List<String> values = new ArrayList<>();
    String subject = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
    try {
      for (Rdn each : new LdapName(subject).getRdns()) {
        add(values, each.toAttributes().get(type));
      }
    } catch (InvalidNameException e) {
      return List.of();
    } catch (NamingException e) {
      throw new IllegalStateException("attributes in memory do not fail", e);
    }
    return values;
  }

  private static void add(List<String> values, @Nullable Attribute attribute)
      throws NamingException {
    if (attribute == null) {
      return;
    }
    NamingEnumeration<?> all = attribute.getAll();
    while (all.hasMore()) {
      // What is no text comes as bytes.
      if (all.next() instanceof String text && !text.isBlank()) {
        values.add(text);
      }
    }
  }

  private static @Nullable String alternative(X509Certificate certificate, int type) {
    Collection<List<?>> all;
    try {
      all = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException e) {
      return null;
    }
    if (all == null) {
      return null;
    }
    for (List<?> each : all) {
      if (each.getFirst().equals(type) && each.get(1) instanceof String name && !name.isBlank()) {
        return name;
      }
    }
    return null;
  }
}
