package io.forebay.security.jwt;

import java.io.IOException;
import java.security.Key;
import java.util.List;
import java.util.Set;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;

/// The issuer's public keys at one moment (RFC 7517). Immutable.
final class KeySet implements VerificationKeyResolver {
  /// What a token may be signed with: public keys only. With `none` or with a secret key (HS256)
  /// whoever knows our public key could sign, so they are not in it.
  static final List<String> ALGORITHMS =
      List.of(
          AlgorithmIdentifiers.RSA_USING_SHA256,
          AlgorithmIdentifiers.RSA_USING_SHA384,
          AlgorithmIdentifiers.RSA_USING_SHA512,
          AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
          AlgorithmIdentifiers.RSA_PSS_USING_SHA384,
          AlgorithmIdentifiers.RSA_PSS_USING_SHA512,
          AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
          AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384,
          AlgorithmIdentifiers.ECDSA_USING_P521_CURVE_AND_SHA512,
          AlgorithmIdentifiers.EDDSA);

  /// Before there were any.
  static final KeySet NONE = new KeySet("", List.of());

  /// Issuers have two or three. A token without a key id is tried with all that fit.
  private static final int MOST_KEYS = 100;

  private static final Set<String> TYPES =
      Set.of(
          RsaJsonWebKey.KEY_TYPE,
          EllipticCurveJsonWebKey.KEY_TYPE,
          OctetKeyPairJsonWebKey.KEY_TYPE);

  /// The token is signed in a way that we do not take, whoever signed it.
  static final class NotTaken extends UnresolvableKeyException {
    private static final long serialVersionUID = 1;

    NotTaken(String algorithm) {
      super(algorithm);
    }
  }

  private final String text;
  private final List<JsonWebKey> keys;
  private final JwksVerificationKeyResolver resolver;

  private KeySet(String text, List<JsonWebKey> keys) {
    this.text = text;
    this.keys = keys;
    resolver = new JwksVerificationKeyResolver(keys);
    resolver.setDisambiguateWithVerifySignature(true);
  }

  /// @param text JSON
  /// @throws IOException if it has no key that could verify anything
  static KeySet parse(String text) throws IOException {
    List<JsonWebKey> all;
    try {
      all = new JsonWebKeySet(text).getJsonWebKeys();
    } catch (JoseException e) {
      throw new IOException("is no JSON Web Key Set: {\"keys\": [ … ]} is expected", e);
    }
    List<JsonWebKey> keys = all.stream().filter(each -> TYPES.contains(each.getKeyType())).toList();
    if (keys.isEmpty() || keys.size() > MOST_KEYS) {
      throw new IOException(
          "has %d public keys of type RSA, EC or OKP; 1 to %d are expected"
              .formatted(keys.size(), MOST_KEYS));
    }
    return new KeySet(text, keys);
  }

  boolean isEmpty() {
    return keys.isEmpty();
  }

  int size() {
    return keys.size();
  }

  /// Whether it was read from this text.
  boolean isOf(String other) {
    return text.equals(other);
  }

  @Override
  public Key resolveKey(JsonWebSignature token, List<JsonWebStructure> nesting)
      throws UnresolvableKeyException {
    String algorithm = token.getAlgorithmHeaderValue();
    if (!ALGORITHMS.contains(algorithm)) {
      throw new NotTaken(algorithm);
    }
    return resolver.resolveKey(token, nesting);
  }
}
