package io.forebay.server.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Section `security`.
///
/// @param passwords null: no users with passwords
/// @param acl null: whoever is let in may publish and subscribe
/// @param audit null: no audit log
public record SecurityConfig(
    @Doc(
            "Let clients in that show no credentials, from other machines too. Without it and"
                + " without a way to check credentials, listeners are bound to loopback only.")
        boolean allowAnonymous,
    @Doc(
            "In which order credentials are looked at: the first that knows them decides. Of"
                + " certificates, jwt, passwords, http; those that are not configured are skipped.")
        Words order,
    @Doc("Users and the hashes of their passwords: a file made with ./forebay user add.")
        @Nullable Path passwords,
    @Doc("Rules that say who may publish and subscribe what: a YAML file.") @Nullable Path acl,
    @Doc("Users by the client certificate of a TLS listener with client-ca.")
        CertificatesConfig certificates,
    @Doc("Users by a JSON Web Token in the place of the password.") JwtConfig jwt,
    @Doc("Users by asking an HTTP service of yours.") HttpLoginConfig http,
    @Doc(
            "What becomes of a PUBLISH that an MQTT 3 client is not allowed, as it cannot be told:"
                + " drop (acknowledged, dropped and counted) or close (the connection ends).")
        Denied deniedPublish,
    @Doc("Logins, refusals and administration are written here, a JSON object a line.")
        @Nullable Path audit) {

  private static final List<String> CHECKS = List.of("certificates", "jwt", "passwords", "http");

  /// What becomes of a refused PUBLISH of MQTT 3.
  public enum Denied {
    DROP,
    CLOSE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public SecurityConfig {
    for (String check : order.all()) {
      Check.that(
          CHECKS.contains(check),
          "order",
          "'" + check + "' is no way to check credentials",
          "use some of " + String.join(", ", CHECKS));
    }
    Check.that(
        Set.copyOf(order.all()).size() == order.all().size(),
        "order",
        "names one of them twice",
        "name each once");
    for (String check : configured(passwords, certificates, jwt, http)) {
      Check.that(
          order.all().contains(check),
          "order",
          check + " is configured and is not in the order, so nobody would ask it",
          "add it, or remove the section");
    }
    Check.that(
        passwords == null || Files.isReadable(passwords),
        "passwords",
        passwords + " is not a file that can be read",
        "make it with: ./forebay user add NAME --file " + passwords);
    Check.readable("acl", acl);
  }

  public static SecurityConfig defaults() {
    return new SecurityConfig(
        false,
        new Words(CHECKS),
        null,
        null,
        CertificatesConfig.defaults(),
        JwtConfig.defaults(),
        HttpLoginConfig.defaults(),
        Denied.DROP,
        null);
  }

  /// Whether there is any way to show who one is.
  public boolean checksCredentials() {
    return !checks().isEmpty();
  }

  /// The configured ways to check credentials, in the order in which they are asked.
  public List<String> checks() {
    List<String> configured = configured(passwords, certificates, jwt, http);
    return order.all().stream().filter(configured::contains).toList();
  }

  private static List<String> configured(
      @Nullable Path passwords,
      CertificatesConfig certificates,
      JwtConfig jwt,
      HttpLoginConfig http) {
    List<String> configured = new ArrayList<>();
    if (certificates.user() != CertificatesConfig.User.NONE) {
      configured.add("certificates");
    }
    if (jwt.jwks() != null) {
      configured.add("jwt");
    }
    if (passwords != null) {
      configured.add("passwords");
    }
    if (http.url() != null) {
      configured.add("http");
    }
    return configured;
  }
}
