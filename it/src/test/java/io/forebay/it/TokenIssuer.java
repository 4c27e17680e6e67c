package io.forebay.it;

import java.time.Duration;
import java.util.List;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/// Signs tokens, with a key of its own that is known by the name of its algorithm.
final class TokenIssuer {
  static final String NAME = "https://issuer.example";

  private final String algorithm;
  private final PublicJsonWebKey key;

  /// @param algorithm RS256, ES256 or EdDSA
  TokenIssuer(String algorithm) throws JoseException {
    this.algorithm = algorithm;
    key =
        switch (algorithm) {
          case "ES256" -> EcJwkGenerator.generateJwk(EllipticCurves.P256);
          case "EdDSA" -> OkpJwkGenerator.generateJwk("Ed25519");
          default -> RsaJwkGenerator.generateJwk(2048);
        };
    key.setKeyId(algorithm);
  }

  /// The public keys of all, as a JSON Web Key Set.
  static String keys(List<TokenIssuer> issuers) {
    JsonWebKeySet set = new JsonWebKeySet();
    issuers.forEach(each -> set.addJsonWebKey(each.key));
    return set.toJson();
  }

  static JwtClaims claims(String user, Duration life) {
    JwtClaims claims = new JwtClaims();
    claims.setSubject(user);
    claims.setIssuer(NAME);
    claims.setAudience("mqtt");
    claims.setExpirationTime(NumericDate.fromSeconds(seconds() + life.toSeconds()));
    return claims;
  }

  private static long seconds() {
    return System.currentTimeMillis() / 1_000;
  }

  String token(String user) throws JoseException {
    return sign(claims(user, Duration.ofHours(1)));
  }

  String sign(JwtClaims claims) throws JoseException {
    JsonWebSignature token = new JsonWebSignature();
    token.setAlgorithmHeaderValue(algorithm);
    token.setKeyIdHeaderValue(key.getKeyId());
    token.setKey(key.getPrivateKey());
    token.setPayload(claims.toJson());
    return token.getCompactSerialization();
  }
}
