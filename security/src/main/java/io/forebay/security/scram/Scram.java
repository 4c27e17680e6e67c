package io.forebay.security.scram;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.ongres.scram.common.ScramFunctions;
import io.forebay.core.security.Credentials;
import io.forebay.core.security.EnhancedAuthenticator;
import io.forebay.security.Guesses;
import io.forebay.security.Witness;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// SCRAM-SHA-256 for MQTT 5 clients. A conversation costs a few hashes and never blocks. Any
/// thread.
///
/// Who asks about a user that is not there is answered like everybody, with a salt that stays the
/// same for that name as long as the process lives, and is refused in the end.
public final class Scram implements EnhancedAuthenticator {
  public static final String METHOD = "SCRAM-SHA-256";

  private static final int NONCE_CHARACTERS = 24;

  private final Function<String, @Nullable ScramUser> users;
  final Guesses guesses;
  final Witness witness;
  private final Supplier<String> nonces;
  private final byte[] secret = new byte[ScramVerifier.KEY_BYTES];

  /// @param users by name; null for one that is not there or cannot use SCRAM
  public Scram(
      Function<String, @Nullable ScramUser> users,
      Guesses guesses,
      Witness witness,
      SecureRandom random) {
    this(users, guesses, witness, random, () -> ScramFunctions.nonce(NONCE_CHARACTERS, random));
  }

  Scram(
      Function<String, @Nullable ScramUser> users,
      Guesses guesses,
      Witness witness,
      SecureRandom random,
      Supplier<String> nonces) {
    this.users = users;
    this.guesses = guesses;
    this.witness = witness;
    this.nonces = nonces;
    random.nextBytes(secret);
  }

  @Override
  public String method() {
    return METHOD;
  }

  @Override
  public Exchange begin(Credentials credentials) {
    return new ScramExchange(this, credentials);
  }

  /// Our part of the nonce.
  String nonce() {
    return nonces.get();
  }

  @Nullable ScramUser find(String name) {
    return users.apply(name);
  }

  /// Somebody who is not there: nobody has a proof for these keys.
  ScramUser nobody(String name) {
    byte[] salt = Arrays.copyOf(secret("salt", name), ScramVerifier.SALT_BYTES);
    return new ScramUser(
        Set.of(),
        new ScramVerifier(
            ScramVerifier.ITERATIONS, salt, secret("stored", name), secret("server", name)));
  }

  private byte[] secret(String purpose, String name) {
    byte[] text = (purpose + ':' + name).getBytes(UTF_8);
    return ScramFunctions.hmac(ScramVerifier.MECHANISM, secret, text);
  }
}
