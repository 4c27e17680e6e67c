package io.forebay.security.scram;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is kept of a password to verify proofs of it, written the way PostgreSQL writes it:
/// `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey`. Who steals it can try passwords against it,
/// and no more.
public record ScramVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
  /// What new verifiers have, and what we claim for users that are not there.
  public static final int ITERATIONS = 15_000;

  static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;
  static final int SALT_BYTES = 16;
  static final int KEY_BYTES = 32;

  private static final int FEWEST_ITERATIONS = 4_096;
  private static final int MOST_ITERATIONS = 10_000_000;
  private static final int LONGEST_SALT_BYTES = 64;
  private static final Pattern FORM =
      Pattern.compile(
          "SCRAM-SHA-256\\$(\\d{1,8}):([A-Za-z0-9+/=]+)\\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)");

  /// A new one, with a random salt. Takes a while, on purpose.
  ///
  /// @throws IllegalArgumentException if the password has characters that SASLprep forbids
  public static ScramVerifier of(String password, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return of(password, salt, ITERATIONS);
  }

  static ScramVerifier of(String password, byte[] salt, int iterations) {
    byte[] salted = salted(password, salt, iterations);
    return new ScramVerifier(
        iterations,
        salt,
        ScramFunctions.storedKey(MECHANISM, ScramFunctions.clientKey(MECHANISM, salted)),
        ScramFunctions.serverKey(MECHANISM, salted));
  }

  private static byte[] salted(String password, byte[] salt, int iterations) {
    char[] characters = password.toCharArray();
    try {
      StringPreparation preparation = StringPreparation.SASL_PREPARATION;
      return ScramFunctions.saltedPassword(MECHANISM, preparation, characters, salt, iterations);
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      // The library's own words may quote the password. Of one that consists of nothing but
      // characters that do not count, nothing is left, which it does not expect.
      throw new IllegalArgumentException("has characters that SCRAM cannot take (SASLprep)");
    }
  }

  /// Reads what [#toString] writes.
  ///
  /// @throws IllegalArgumentException with what is wrong
  public static ScramVerifier parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "the SCRAM part is not SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey");
    }
    int iterations = Integer.parseInt(parts.group(1));
    if (iterations < FEWEST_ITERATIONS || iterations > MOST_ITERATIONS) {
      throw new IllegalArgumentException(
          "SCRAM with " + iterations + " iterations; 4096 to 10000000 are taken");
    }
    byte[] salt = decode(parts.group(2));
    byte[] storedKey = decode(parts.group(3));
    byte[] serverKey = decode(parts.group(4));
    boolean fits =
        salt.length > 0
            && salt.length <= LONGEST_SALT_BYTES
            && storedKey.length == KEY_BYTES
            && serverKey.length == KEY_BYTES;
    if (!fits) {
      throw new IllegalArgumentException("the SCRAM part has a salt or keys of a wrong length");
    }
    return new ScramVerifier(iterations, salt, storedKey, serverKey);
  }

  private static byte[] decode(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the SCRAM part is not Base64", e);
    }
  }

  @Override
  public String toString() {
    Base64.Encoder base64 = Base64.getEncoder();
    return "SCRAM-SHA-256$%d:%s$%s:%s"
        .formatted(
            iterations,
            base64.encodeToString(salt),
            base64.encodeToString(storedKey),
            base64.encodeToString(serverKey));
  }
}
