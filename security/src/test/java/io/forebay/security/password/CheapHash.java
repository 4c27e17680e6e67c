package io.forebay.security.password;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.password4j.Argon2Function;
import com.password4j.types.Argon2;
import io.forebay.security.scram.ScramVerifier;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Hashes that cost next to nothing, for tests that are not about the cost.
final class CheapHash {
  private static final Argon2Function CHEAP = Argon2Function.getInstance(8, 1, 1, 32, Argon2.ID);

  private CheapHash() {}

  static String of(String password, String salt) {
    return CHEAP.hash(password.getBytes(UTF_8), salt.getBytes(UTF_8)).getResult();
  }

  static User user(String name, String password, String... groups) {
    return user(name, password, null, groups);
  }

  static User user(String name, String password, @Nullable ScramVerifier scram, String... groups) {
    return new User(name, of(password, "0123456789abcdef"), Set.of(groups), scram);
  }
}
