package io.forebay.security.jwt;

import io.forebay.core.security.Principal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jspecify.annotations.Nullable;

/// Verifies a token and makes a principal of what it says (RFC 7519). Pure, and costs up to a
/// millisecond of a core: not for event loops.
final class TokenReader {
  private static final long MOST_SECONDS = Long.MAX_VALUE / 1_000 - 1;

  private static final AlgorithmConstraints ALGORITHMS =
      new AlgorithmConstraints(
          AlgorithmConstraints.ConstraintType.PERMIT, KeySet.ALGORITHMS.toArray(String[]::new));

  private final TokenSettings settings;

  TokenReader(TokenSettings settings) {
    this.settings = settings;
  }

  /// Of no client yet: its id is empty.
  Principal read(String token, KeySet keys, long nowMillis) throws BadToken {
    JwtClaims claims = verified(token, keys, nowMillis);
    return new Principal(
        user(claims),
        "",
        groups(claims),
        others(claims),
        rules(claims),
        expiresAtMillis(claims, nowMillis));
  }

  private JwtClaims verified(String token, KeySet keys, long nowMillis) throws BadToken {
    try {
      return consumer(keys, nowMillis).processToClaims(token);
    } catch (InvalidJwtException e) {
      throw TokenFaults.of(e);
    }
  }

  private JwtConsumer consumer(KeySet keys, long nowMillis) {
    JwtConsumerBuilder builder =
        new JwtConsumerBuilder()
            .setJwsAlgorithmConstraints(ALGORITHMS)
            .setVerificationKeyResolver(keys)
            .setRequireExpirationTime()
            .setEvaluationTime(NumericDate.fromMilliseconds(nowMillis))
            .setAllowedClockSkewInSeconds(settings.leewaySeconds())
            .setIssuedAtRestrictions(0, Integer.MAX_VALUE);
    if (settings.issuer() != null) {
      builder.setExpectedIssuer(settings.issuer());
    }
    if (settings.audience() != null) {
      builder.setExpectedAudience(settings.audience());
    } else {
      builder.setSkipDefaultAudienceValidation();
    }
    return builder.build();
  }

  /// The end counts by our clock and without leeway, as the connection ends then: who came in later
  /// would be sent away at once, and come again.
  private static long expiresAtMillis(JwtClaims claims, long nowMillis) throws BadToken {
    try {
      NumericDate end = claims.getExpirationTime();
      long millis = Math.min(end.getValue(), MOST_SECONDS) * 1_000;
      if (millis <= nowMillis) {
        throw new BadToken(TokenFaults.EXPIRED);
      }
      return millis;
    } catch (MalformedClaimException e) {
      throw new BadToken("its claim 'exp' is no time");
    }
  }

  private String user(JwtClaims claims) throws BadToken {
    if (claims.getClaimValue(settings.user()) instanceof String user && !user.isBlank()) {
      return user;
    }
    throw new BadToken("its claim '" + settings.user() + "' names no user");
  }

  /// A list, or names in a row as OAuth has its scopes.
  private Set<String> groups(JwtClaims claims) throws BadToken {
    Object value = claims.getClaimValue(settings.groups());
    if (value == null) {
      return Set.of();
    }
    if (value instanceof String row) {
      return row.isBlank() ? Set.of() : Set.copyOf(List.of(row.strip().split("\\s+", -1)));
    }
    List<String> list = strings(value);
    if (list == null) {
      throw new BadToken("its claim '" + settings.groups() + "' is no list of names");
    }
    return Set.copyOf(list);
  }

  private Principal.@Nullable Rules rules(JwtClaims claims) throws BadToken {
    Object value = claims.getClaimValue(settings.rules());
    if (value == null) {
      return null;
    }
    try {
      return settings.readRules().apply(value);
    } catch (IllegalArgumentException e) {
      throw new BadToken("its claim '" + settings.rules() + "': " + e.getMessage());
    }
  }

  /// Texts and lists of texts, for rules to ask. The size of the token bounds them.
  private Map<String, List<String>> others(JwtClaims claims) {
    Map<String, List<String>> others = new HashMap<>();
    claims
        .getClaimsMap()
        .forEach(
            (name, value) -> {
              List<String> texts = value instanceof String text ? List.of(text) : strings(value);
              if (texts != null && !name.equals(settings.rules())) {
                others.put(name, texts);
              }
            });
    return Map.copyOf(others);
  }

  /// Null if it is no list, or has anything else in it.
  private static @Nullable List<String> strings(@Nullable Object value) {
    if (!(value instanceof Collection<?> list)) {
      return null;
    }
    List<String> strings = new ArrayList<>();
    for (Object each : list) {
      if (!(each instanceof String text)) {
        return null;
      }
      strings.add(text);
    }
    return List.copyOf(strings);
  }
}
