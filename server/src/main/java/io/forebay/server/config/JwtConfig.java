package io.forebay.server.config;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Section `security.jwt`.
///
/// @param jwks null: tokens are not taken
/// @param issuer null: any
/// @param audience null: any
public record JwtConfig(
    @Doc("The issuer's public keys: an https URL or a file with a JSON Web Key Set.")
        @Nullable String jwks,
    @Doc("The issuer (iss) that a token must name.") @Nullable String issuer,
    @Doc("The audience (aud) that a token must name.") @Nullable String audience,
    @Doc("The claim that names the user.") String user,
    @Doc("The claim that lists the user's groups.") String groups,
    @Doc("The claim that holds rules, written as those of the ACL file.") String rules,
    @Doc("How far the issuer's clock may be ahead of ours.") Duration leeway,
    @Doc("How often keys are fetched from a URL at least; files are looked at every few seconds.")
        Duration refresh) {

  public JwtConfig {
    if (isUrl(jwks)) {
      Check.url("jwks", jwks);
    } else {
      Check.readable("jwks", jwks == null ? null : path(jwks));
    }
    Check.range("leeway", leeway, Duration.ZERO, Duration.ofHours(1));
    Check.range("refresh", refresh, Duration.ofSeconds(1), Duration.ofDays(30));
  }

  /// Null if the keys are in a file.
  public @Nullable URI jwksUrl() {
    return jwks != null && isUrl(jwks) ? URI.create(jwks) : null;
  }

  /// Null if the keys are at a URL.
  public @Nullable Path jwksFile() {
    return jwks == null || isUrl(jwks) ? null : path(jwks);
  }

  private static boolean isUrl(@Nullable String jwks) {
    return jwks != null && (jwks.startsWith("https:") || jwks.startsWith("http:"));
  }

  private static Path path(String jwks) {
    try {
      return Path.of(jwks);
    } catch (InvalidPathException e) {
      throw new ConfigException("jwks", "is not the path of a file", "give one, or an https URL");
    }
  }

  public static JwtConfig defaults() {
    return new JwtConfig(
        null, null, null, "sub", "groups", "forebay", Duration.ofSeconds(30), Duration.ofHours(1));
  }
}
