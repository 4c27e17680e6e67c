package io.forebay.security.jwt;

import java.util.function.Consumer;
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

/// Signs tokens with a key of its own.
final class Issuer {
  /// The time in these tests.
  static final long NOW_SECONDS = 1_800_000_000L;

  static final long NOW_MILLIS = NOW_SECONDS * 1_000;

  final PublicJsonWebKey key;
  private final String algorithm;

  private Issuer(String algorithm, String keyId) throws JoseException {
    this.algorithm = algorithm;
    key = newKey(algorithm);
    key.setKeyId(keyId);
  }

  static Issuer of(String algorithm, String keyId) throws JoseException {
    return new Issuer(algorithm, keyId);
  }

  /// The one that is used where the algorithm does not matter.
  static Issuer any(String keyId) throws JoseException {
    return new Issuer("ES256", keyId);
  }

  private static PublicJsonWebKey newKey(String algorithm) throws JoseException {
    return switch (algorithm) {
      case "ES256" -> EcJwkGenerator.generateJwk(EllipticCurves.P256);
      case "ES384" -> EcJwkGenerator.generateJwk(EllipticCurves.P384);
      case "ES512" -> EcJwkGenerator.generateJwk(EllipticCurves.P521);
      case "EdDSA" -> OkpJwkGenerator.generateJwk("Ed25519");
      default -> RsaJwkGenerator.generateJwk(2048);
    };
  }

  /// The key sets of these issuers in one.
  static String keys(Issuer... issuers) {
    JsonWebKeySet set = new JsonWebKeySet();
    for (Issuer each : issuers) {
      set.addJsonWebKey(each.key);
    }
    return set.toJson();
  }

  static KeySet keySet(Issuer... issuers) throws Exception {
    return KeySet.parse(keys(issuers));
  }

  /// Of user anna, good for an hour.
  static JwtClaims claims() {
    JwtClaims claims = new JwtClaims();
    claims.setSubject("anna");
    claims.setIssuer("https://issuer.example");
    claims.setAudience("mqtt");
    claims.setExpirationTime(NumericDate.fromSeconds(NOW_SECONDS + 3600));
    return claims;
  }

  String token() throws JoseException {
    return sign(claims());
  }

  String token(Consumer<JwtClaims> change) throws JoseException {
    JwtClaims claims = claims();
    change.accept(claims);
    return sign(claims);
  }

  private String sign(JwtClaims claims) throws JoseException {
    JsonWebSignature token = new JsonWebSignature();
    token.setAlgorithmHeaderValue(algorithm);
    if (key.getKeyId() != null) {
      token.setKeyIdHeaderValue(key.getKeyId());
    }
    token.setKey(key.getPrivateKey());
    token.setPayload(claims.toJson());
    return token.getCompactSerialization();
  }
}
