package io.forebay.server.net;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Which client certificates are trusted: those that an authority of ours has signed and, if there
/// are revocation lists, has not revoked (RFC 5280 §6).
///
/// With lists, each authority must have one that is in force: without it nobody knows what was
/// revoked, so its certificates are refused. Nothing is fetched from the network, whatever address
/// a certificate names.
///
/// @param crls null if none is asked for
record ClientTrust(List<X509Certificate> authorities, @Nullable List<X509CRL> crls) {

  /// @throws GeneralSecurityException if the JDK does not take them
  TrustManager trustManager() throws GeneralSecurityException {
    PKIXBuilderParameters parameters =
        new PKIXBuilderParameters(
            authorities.stream()
                .map(each -> new TrustAnchor(each, null))
                .collect(Collectors.toSet()),
            new X509CertSelector());
    parameters.setRevocationEnabled(crls != null);
    if (crls != null) {
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(crls)));
      PKIXRevocationChecker checker =
          (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
      checker.setOptions(
          EnumSet.of(
              PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK));
      parameters.addCertPathChecker(checker);
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(new CertPathTrustManagerParameters(parameters));
    return factory.getTrustManagers()[0];
  }

  /// Whose certificates are refused for want of a list that is in force, a sentence for each.
  List<String> gaps(Instant now) {
    List<String> gaps = new ArrayList<>();
    if (crls != null) {
      for (X509Certificate each : authorities) {
        String trouble = gap(each, crls, now);
        if (trouble != null) {
          gaps.add(
              "certificates of "
                  + each.getSubjectX500Principal()
                  + " are refused: its CRL "
                  + trouble);
        }
      }
    }
    return gaps;
  }

  private static @Nullable String gap(X509Certificate authority, List<X509CRL> crls, Instant now) {
    String trouble = "is not in the file";
    for (X509CRL each : crls) {
      if (each.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
        trouble = trouble(authority, each, now);
        if (trouble == null) {
          return null;
        }
      }
    }
    return trouble;
  }

  private static @Nullable String trouble(X509Certificate authority, X509CRL crl, Instant now) {
    try {
      crl.verify(authority.getPublicKey());
    } catch (GeneralSecurityException e) {
      return "is not signed with its key";
    }
    if (crl.getNextUpdate() == null) {
      return "does not say when it ends";
    }
    Instant end = crl.getNextUpdate().toInstant();
    return end.isBefore(now) ? "is out of date since " + end : null;
  }
}
