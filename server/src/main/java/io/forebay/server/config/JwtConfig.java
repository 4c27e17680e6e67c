package io.forebay.server.config;

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
    @Doc("How far the issuer's clock may be from ours.") Duration leeway,
    @Doc("How often keys are fetched from a URL at least; files are looked at every few seconds.")
        Duration refresh) {

  public JwtConfig {
    Check.range("leeway", leeway, Duration.ZERO, Duration.ofHours(1));
    Check.range("refresh", refresh, Duration.ofSeconds(1), Duration.ofDays(30));
  }

  public static JwtConfig defaults() {
    return new JwtConfig(
        null, null, null, "sub", "groups", "forebay", Duration.ofSeconds(30), Duration.ofHours(1));
  }
}
