package io.forebay.security.certificate;

import io.forebay.core.security.Credentials;
import io.forebay.core.security.Principal;
import io.forebay.security.CredentialCheck;
import io.forebay.security.Verdict;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Users by the client certificate: the door has verified it, here it is read. Any thread.
public final class Certificates implements CredentialCheck {
  private final CertificateName user;
  private final boolean groups;

  /// @param groups whether the organizational units are the user's groups
  public Certificates(CertificateName user, boolean groups) {
    this.user = user;
    this.groups = groups;
  }

  @Override
  public void check(Credentials credentials, Consumer<Verdict> answer) {
    X509Certificate certificate = credentials.certificate();
    String name = certificate == null ? null : user.in(certificate);
    if (certificate == null || name == null) {
      answer.accept(Verdict.Unknown.INSTANCE);
      return;
    }
    Set<String> units =
        groups ? Set.copyOf(CertificateName.ofSubject(certificate, "OU")) : Set.of();
    answer.accept(
        new Verdict.Known(
            new Principal(
                name,
                credentials.clientId(),
                units,
                Map.of(),
                null,
                certificate.getNotAfter().toInstant().toEpochMilli())));
  }
}
