package io.forebay.security.password;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision.Why;
import io.forebay.core.security.Principal;
import io.forebay.security.CredentialCheck;
import io.forebay.security.CredentialDigest;
import io.forebay.security.Guesses;
import io.forebay.security.Remembered;
import io.forebay.security.Verdict;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Checks user name and password against the users of a file. Hashes on threads of its own, each
/// credentials once as long as they are remembered. Any thread.
///
/// A name that is not in the file takes as long as one that is: who guesses names learns nothing
/// from the time.
public final class Passwords implements CredentialCheck, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Passwords.class);

  /// Each takes about 150 bytes. A user whose hash changes has other digests: nothing need be
  /// forgotten then.
  private static final int MOST_GOOD = 200_000;

  private static final int MOST_BAD = 20_000;

  private final Users users;
  private final Guesses guesses;
  private final boolean last;
  private final Hashers hashers;
  private final CredentialDigest digests;
  private final Remembered<Boolean> good = new Remembered<>(MOST_GOOD);
  private final Remembered<Boolean> bad = new Remembered<>(MOST_BAD);
  private final String hashOfNobody;
  private final LongAdder hashed = new LongAdder();
  private final LongAdder recalled = new LongAdder();
  private final LongAdder turnedAway = new LongAdder();

  /// @param last whether nobody else is asked about users that are not in the file, so that they
  ///   count as guesses
  public Passwords(Users users, Guesses guesses, boolean last, SecureRandom random) {
    this(users, guesses, last, random, new Hashers(Hashers.usualCount()));
  }

  Passwords(Users users, Guesses guesses, boolean last, SecureRandom random, Hashers hashers) {
    this.users = users;
    this.guesses = guesses;
    this.last = last;
    this.hashers = hashers;
    digests = new CredentialDigest(random);
    hashOfNobody = PasswordHash.ofNobody(random);
  }

  @Override
  public void check(Credentials credentials, Consumer<Verdict> answer) {
    String name = credentials.username();
    byte[] password = credentials.password();
    if (name == null || password == null) {
      answer.accept(Verdict.Unknown.INSTANCE);
      return;
    }
    User user = users.find(name);
    Login login = new Login(credentials, name, password, user);
    Verdict known = login.recall();
    if (known != null) {
      recalled.increment();
      answer.accept(known);
    } else if (guesses.tooMany(credentials.peer())) {
      answer.accept(Login.TOO_MANY_GUESSES);
    } else if (!hashers.run(() -> answer.accept(login.verdict()))) {
      turnedAway.increment();
      answer.accept(new Verdict.Rejected(Why.BUSY, "too many passwords wait to be hashed"));
    }
  }

  /// Passwords that were hashed.
  public long hashed() {
    return hashed.sum();
  }

  /// Logins that were decided by what was remembered.
  public long recalled() {
    return recalled.sum();
  }

  /// Logins that were refused because too many others waited to be hashed.
  public long turnedAway() {
    return turnedAway.sum();
  }

  @Override
  public void close() {
    hashers.close();
  }

  /// One client's try.
  private final class Login {
    static final Verdict TOO_MANY_GUESSES =
        new Verdict.Rejected(Why.BUSY, "too many wrong passwords from its address");

    private final Credentials credentials;
    private final String name;
    private final byte[] password;
    private final @Nullable User user;
    private final String hash;
    private final String digest;

    Login(Credentials credentials, String name, byte[] password, @Nullable User user) {
      this.credentials = credentials;
      this.name = name;
      this.password = password;
      this.user = user;
      hash = user == null ? hashOfNobody : user.hash();
      digest = digests.of(name.getBytes(UTF_8), hash.getBytes(UTF_8), password);
    }

    /// Without hashing; null if it cannot be said.
    @Nullable Verdict recall() {
      if (good.get(digest) != null) {
        return verdict(true);
      }
      return bad.get(digest) == null ? null : verdict(false);
    }

    /// On a thread that may hash.
    Verdict verdict() {
      // Others with the same credentials, or from the same address, may have been before it.
      Verdict known = recall();
      if (known != null) {
        return known;
      }
      if (guesses.tooMany(credentials.peer())) {
        return TOO_MANY_GUESSES;
      }
      try {
        return verdict(hash());
      } catch (RuntimeException ours) {
        LOG.error("the password of {} cannot be checked, by a fault of ours", credentials, ours);
        return new Verdict.Rejected(Why.UNAVAILABLE, "hashing failed");
      }
    }

    private boolean hash() {
      boolean verified = PasswordHash.verify(password, hash) && user != null;
      hashed.increment();
      (verified ? good : bad).put(digest, verified);
      if (!verified && (user != null || last)) {
        guesses.failed(credentials.peer());
      }
      return verified;
    }

    private Verdict verdict(boolean verified) {
      if (user == null) {
        return last
            ? new Verdict.Rejected(Why.CREDENTIALS, "there is no user '" + name + "'")
            : Verdict.Unknown.INSTANCE;
      }
      return verified
          ? new Verdict.Known(
              new Principal(
                  name, credentials.clientId(), user.groups(), Map.of(), null, Principal.NEVER))
          : new Verdict.Rejected(Why.CREDENTIALS, "the password of user '" + name + "' is wrong");
    }
  }
}
