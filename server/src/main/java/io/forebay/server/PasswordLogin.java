package io.forebay.server;

import io.forebay.security.CredentialCheck;
import io.forebay.security.Guesses;
import io.forebay.security.Witness;
import io.forebay.security.password.Passwords;
import io.forebay.security.password.User;
import io.forebay.security.password.Users;
import io.forebay.security.scram.Scram;
import io.forebay.security.scram.ScramUser;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// The users of a password file, and the two ways in that they have: the password in CONNECT, and
/// SCRAM. Wrong passwords of both count together.
final class PasswordLogin implements AutoCloseable {
  private final Users users;
  private final Guesses guesses = new Guesses(System::nanoTime);
  private final Passwords passwords;
  private final Scram scram;

  private PasswordLogin(Users users, boolean last, Witness witness) {
    this.users = users;
    SecureRandom random = new SecureRandom();
    passwords = new Passwords(users, guesses, last, random);
    scram = new Scram(this::scramUser, guesses, witness, random);
  }

  /// @param last whether nobody else is asked about users that are not in the file
  static PasswordLogin open(Path file, boolean last, Witness witness) throws IOException {
    return new PasswordLogin(Users.open(file), last, witness);
  }

  CredentialCheck check() {
    return passwords;
  }

  Scram scram() {
    return scram;
  }

  private @Nullable ScramUser scramUser(String name) {
    User user = users.find(name);
    return user == null || user.scram() == null ? null : new ScramUser(user.groups(), user.scram());
  }

  /// Takes up the file if it has changed. Reads from disk.
  ///
  /// @return the users that were there and are not any more
  Set<String> reload() {
    return users.reload();
  }

  /// Another number after every change that was taken up.
  int version() {
    return users.version();
  }

  void bind(MeterRegistry meters) {
    counter(meters, "hashed", "Passwords that were hashed", passwords, Passwords::hashed);
    counter(
        meters,
        "recalled",
        "Logins decided by what was remembered, without hashing",
        passwords,
        Passwords::recalled);
    counter(
        meters,
        "busy",
        "Logins refused because too many passwords waited to be hashed",
        passwords,
        Passwords::turnedAway);
    counter(
        meters,
        "guesses.ignored",
        "Logins refused because of too many wrong passwords from their address",
        guesses,
        Guesses::ignored);
  }

  private static <T> void counter(
      MeterRegistry meters, String name, String doc, T counted, ToDoubleFunction<T> value) {
    FunctionCounter.builder("forebay.passwords." + name, counted, value)
        .description(doc)
        .register(meters);
  }

  @Override
  public void close() {
    passwords.close();
  }
}
