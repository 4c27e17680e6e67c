package io.forebay.security.jwt;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.UnresolvableKeyException;

/// What is wrong with a token, in our words: those of the library show the whole token.
final class TokenFaults {
  static final String EXPIRED = "it has expired";

  private static final Map<Integer, String> WORDS = new LinkedHashMap<>();

  static {
    WORDS.put(ErrorCodes.SIGNATURE_INVALID, "its signature is wrong");
    WORDS.put(ErrorCodes.SIGNATURE_MISSING, "it is not signed");
    WORDS.put(ErrorCodes.EXPIRED, EXPIRED);
    WORDS.put(ErrorCodes.EXPIRATION_MISSING, "it has no end (exp)");
    WORDS.put(ErrorCodes.NOT_YET_VALID, "it is not valid yet (nbf)");
    WORDS.put(ErrorCodes.ISSUED_AT_INVALID_FUTURE, "it was issued in the future (iat)");
    WORDS.put(ErrorCodes.ISSUER_MISSING, "it names no issuer (iss)");
    WORDS.put(ErrorCodes.ISSUER_INVALID, "it is of another issuer (iss)");
    WORDS.put(ErrorCodes.AUDIENCE_MISSING, "it names no audience (aud)");
    WORDS.put(ErrorCodes.AUDIENCE_INVALID, "it is for another audience (aud)");
    WORDS.put(ErrorCodes.JSON_INVALID, "its claims are not JSON");
    WORDS.put(ErrorCodes.MALFORMED_CLAIM, "a claim is not of its type");
  }

  private TokenFaults() {}

  static BadToken of(InvalidJwtException fault) {
    if (fault.getCause() instanceof KeySet.NotTaken notTaken) {
      return new BadToken("the algorithm '" + notTaken.getMessage() + "' is not taken");
    }
    if (fault.getCause() instanceof UnresolvableKeyException) {
      return BadToken.keyUnknown();
    }
    for (Map.Entry<Integer, String> each : WORDS.entrySet()) {
      if (fault.hasErrorCode(each.getKey())) {
        return new BadToken(each.getValue());
      }
    }
    return new BadToken("it is damaged");
  }
}
