package io.forebay.security.password;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Which credentials were good and which were not, so that a storm of reconnects hashes each once.
/// Kept are digests with a key that nobody knows and that ends with the process; a user whose hash
/// changes has other digests, so nothing has to be forgotten. Any thread, without locks.
final class Remembered {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;

  /// Each takes about 100 bytes.
  private static final int MOST_GOOD = 200_000;

  private static final int MOST_BAD = 20_000;

  /// Of user, stored hash and password.
  record Digest(long a, long b, long c, long d) {}

  private final SecretKeySpec key;
  private final Generations<Digest> good = new Generations<>(MOST_GOOD);
  private final Generations<Digest> bad = new Generations<>(MOST_BAD);

  Remembered(SecureRandom random) {
    byte[] secret = new byte[KEY_BYTES];
    random.nextBytes(secret);
    key = new SecretKeySpec(secret, ALGORITHM);
  }

  Digest digest(String user, String hash, byte[] password) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      // With their lengths, so that no two triples are the same bytes.
      add(mac, user.getBytes(UTF_8));
      add(mac, hash.getBytes(UTF_8));
      add(mac, password);
      ByteBuffer digest = ByteBuffer.wrap(mac.doFinal());
      return new Digest(digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
    } catch (GeneralSecurityException e) {
      throw new LinkageError("every JDK has " + ALGORITHM, e);
    }
  }

  private static void add(Mac mac, byte[] bytes) {
    mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    mac.update(bytes);
  }

  /// @return null if it was never looked at, or too long ago
  @Nullable Boolean find(Digest digest) {
    if (good.contains(digest)) {
      return true;
    }
    return bad.contains(digest) ? false : null;
  }

  void put(Digest digest, boolean verified) {
    (verified ? good : bad).add(digest);
  }
}
