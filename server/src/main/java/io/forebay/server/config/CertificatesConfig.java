package io.forebay.server.config;

import java.util.Locale;

/// Section `security.certificates`.
public record CertificatesConfig(
    @Doc(
            "What in a verified client certificate names the user: cn (common name), dns, email or"
                + " uri (the first such subject alternative name), or none.")
        User user,
    @Doc("Whether the organizational units (OU) of the certificate are the user's groups.")
        boolean groups) {

  /// Where a certificate says who it is.
  public enum User {
    NONE,
    CN,
    DNS,
    EMAIL,
    URI;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static CertificatesConfig defaults() {
    return new CertificatesConfig(User.NONE, false);
  }
}
