package io.forebay.security.password;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.password4j.Argon2Function;
import com.password4j.types.Argon2;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Argon2id, as the text that everybody writes (PHC): `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
/// Memory and passes are those that OWASP recommends at least.
public final class PasswordHash {
  private static final int MEMORY_KIB = 19_456;
  private static final int PASSES = 2;
  private static final int LANES = 1;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  /// What a file may ask for: to check a login must not take all memory.
  private static final int MOST_MEMORY_KIB = 65_536;

  private static final int MOST_PASSES = 16;
  private static final int MOST_LANES = 4;

  private static final Pattern FORM =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,9}),t=(\\d{1,9}),p=(\\d{1,9})"
              + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

  private PasswordHash() {}

  /// What one hash takes while it is made.
  static long memoryBytes() {
    return MEMORY_KIB * 1024L;
  }

  /// Hashes a password, with a random salt. Takes a while, on purpose.
  public static String of(byte[] password, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return Argon2Function.getInstance(MEMORY_KIB, PASSES, LANES, HASH_BYTES, Argon2.ID)
        .hash(password, salt)
        .getResult();
  }

  /// Takes as long as [#of].
  ///
  /// @param hash one that [#check] is content with
  static boolean verify(byte[] password, String hash) {
    return Argon2Function.getInstanceFromHash(hash).check(password, hash.getBytes(US_ASCII));
  }

  /// A hash that no password has, as costly to check as any other.
  static String ofNobody(SecureRandom random) {
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    byte[] salt = new byte[SALT_BYTES];
    byte[] hash = new byte[HASH_BYTES];
    random.nextBytes(salt);
    random.nextBytes(hash);
    return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
        .formatted(
            MEMORY_KIB, PASSES, LANES, base64.encodeToString(salt), base64.encodeToString(hash));
  }

  /// @throws IllegalArgumentException with what is wrong, without the hash
  static void check(String hash) {
    Matcher parts = FORM.matcher(hash);
    if (!parts.matches()) {
      throw new IllegalArgumentException("the hash is not $argon2id$v=19$m=…,t=…,p=…$salt$hash");
    }
    int lanes = number("p", parts.group(3), 1, MOST_LANES);
    number("m", parts.group(1), 8 * lanes, MOST_MEMORY_KIB);
    number("t", parts.group(2), 1, MOST_PASSES);
    base64(parts.group(4));
    base64(parts.group(5));
  }

  private static int number(String name, String digits, int min, int max) {
    int number = Integer.parseInt(digits);
    if (number < min || number > max) {
      throw new IllegalArgumentException(
          "the hash has %s=%d; %d to %d are taken".formatted(name, number, min, max));
    }
    return number;
  }

  private static void base64(String text) {
    try {
      Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the hash's salt or digest is not Base64", e);
    }
  }
}
