package io.forebay.security.password;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision.Why;
import io.forebay.core.security.Principal;
import io.forebay.security.Guesses;
import io.forebay.security.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordsTest {
  private static final Verdict KNOWN_ANN =
      new Verdict.Known(
          new Principal("ann", "client", Set.of("a", "b"), Map.of(), null, Principal.NEVER));

  @TempDir private Path folder;
  private final Guesses guesses = new Guesses(() -> 0);
  private final Hashers hashers = new Hashers(1);
  private final BlockingQueue<Verdict> verdicts = new ArrayBlockingQueue<>(1_000);
  private @Nullable Users users;

  @BeforeEach
  void ann() throws IOException {
    put("secret");
    users = Users.open(folder.resolve("users"));
  }

  @AfterEach
  void close() {
    hashers.close();
  }

  private void put(String password) throws IOException {
    PasswordFiles.change(
        folder.resolve("users"),
        true,
        before -> before.with(CheapHash.user("ann", password, "a", "b")));
  }

  private Users users() {
    return Objects.requireNonNull(users);
  }

  private Passwords passwords(boolean last) {
    return new Passwords(users(), guesses, last, new SecureRandom(), hashers);
  }

  private void ask(
      Passwords passwords, @Nullable String user, @Nullable String password, String peer) {
    byte[] bytes = password == null ? null : password.getBytes(UTF_8);
    passwords.check(new Credentials("client", user, bytes, peer, null), verdicts::add);
  }

  private Verdict verdict() throws InterruptedException {
    Verdict verdict = verdicts.poll(1, TimeUnit.MINUTES);
    return Objects.requireNonNull(verdict, "no verdict came");
  }

  private Verdict verdict(Passwords passwords, @Nullable String user, @Nullable String password)
      throws InterruptedException {
    ask(passwords, user, password, "10.0.0.1:1");
    return verdict();
  }

  private static void assertRejected(Verdict verdict, Why why) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Rejected.class,
            rejected -> {
              assertThat(rejected.why()).isEqualTo(why);
              assertThat(rejected.reason()).doesNotContain("secret").doesNotContain("wrong one");
            });
  }

  @Test
  void theRightPasswordIsKnownWithItsGroups() throws Exception {
    assertThat(verdict(passwords(true), "ann", "secret")).isEqualTo(KNOWN_ANN);
  }

  @Test
  void aWrongPasswordIsRejectedWhoeverIsAskedNext() throws Exception {
    assertRejected(verdict(passwords(true), "ann", "wrong one"), Why.CREDENTIALS);
    assertRejected(verdict(passwords(false), "ann", "wrong one"), Why.CREDENTIALS);
    assertRejected(verdict(passwords(false), "ann", ""), Why.CREDENTIALS);
  }

  @Test
  void whoShowsNoNameOrNoPasswordIsNotLookedAt() throws Exception {
    Passwords passwords = passwords(true);
    assertThat(verdict(passwords, null, null)).isEqualTo(Verdict.Unknown.INSTANCE);
    assertThat(verdict(passwords, "ann", null)).isEqualTo(Verdict.Unknown.INSTANCE);
    assertThat(verdict(passwords, null, "secret")).isEqualTo(Verdict.Unknown.INSTANCE);
    assertThat(passwords.hashed()).isZero();
  }

  @Test
  void aUserThatIsNotThereCostsAsMuchAsOneThatIs() throws Exception {
    Passwords last = passwords(true);
    assertRejected(verdict(last, "eve", "secret"), Why.CREDENTIALS);
    assertThat(last.hashed()).isEqualTo(1);
    Passwords followed = passwords(false);
    assertThat(verdict(followed, "eve", "secret")).isEqualTo(Verdict.Unknown.INSTANCE);
    assertThat(followed.hashed()).isEqualTo(1);
  }

  @Test
  void whatWasHashedOnceIsRemembered() throws Exception {
    Passwords passwords = passwords(true);
    for (int i = 0; i < 5; i++) {
      assertThat(verdict(passwords, "ann", "secret")).isEqualTo(KNOWN_ANN);
      assertRejected(verdict(passwords, "ann", "wrong one"), Why.CREDENTIALS);
    }
    assertThat(passwords.hashed()).isEqualTo(2);
    assertThat(passwords.recalled()).isEqualTo(8);
  }

  @Test
  void aChangedPasswordIsNotRememberedAndADeletedUserNeither() throws Exception {
    Passwords passwords = passwords(true);
    assertThat(verdict(passwords, "ann", "secret")).isEqualTo(KNOWN_ANN);
    put("other");
    users().reload();
    assertRejected(verdict(passwords, "ann", "secret"), Why.CREDENTIALS);
    assertThat(verdict(passwords, "ann", "other")).isEqualTo(KNOWN_ANN);
    PasswordFiles.change(folder.resolve("users"), false, all -> all.without("ann"));
    users().reload();
    assertRejected(verdict(passwords, "ann", "other"), Why.CREDENTIALS);
  }

  @Test
  void whoGuessesTooOftenIsNotListenedTo() throws Exception {
    Passwords passwords = passwords(true);
    assertThat(verdict(passwords, "ann", "secret")).isEqualTo(KNOWN_ANN);
    for (int i = 0; i < Guesses.MOST_FAILURES; i++) {
      assertRejected(verdict(passwords, "ann", "wrong one" + i), Why.CREDENTIALS);
    }
    assertRejected(verdict(passwords, "ann", "wrong one more"), Why.BUSY);
    assertThat(passwords.hashed()).isEqualTo(1 + Guesses.MOST_FAILURES);
    assertThat(guesses.ignored()).isEqualTo(1);
    // What is remembered needs no hash, and others are not concerned.
    assertThat(verdict(passwords, "ann", "secret")).isEqualTo(KNOWN_ANN);
    ask(passwords, "ann", "wrong one more", "10.0.0.2:1");
    assertRejected(verdict(), Why.CREDENTIALS);
  }

  @Test
  void aDeviceThatRepeatsOneWrongPasswordDoesNotGuess() throws Exception {
    Passwords passwords = passwords(true);
    for (int i = 0; i < 2 * Guesses.MOST_FAILURES; i++) {
      assertRejected(verdict(passwords, "ann", "wrong one"), Why.CREDENTIALS);
    }
    assertThat(verdict(passwords, "ann", "secret")).isEqualTo(KNOWN_ANN);
  }

  @Test
  void whomALaterCheckMayKnowDoesNotGuess() throws Exception {
    Passwords passwords = passwords(false);
    for (int i = 1; i < Guesses.MOST_FAILURES; i++) {
      guesses.failed("10.0.0.1:1");
    }
    verdict(passwords, "http user", "token");
    assertThat(guesses.tooMany("10.0.0.1:1")).isFalse();
    verdict(passwords(true), "http user", "token");
    assertThat(guesses.tooMany("10.0.0.1:1")).isTrue();
  }

  @Test
  void whoWouldWaitTooLongIsSentAway() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    assertThat(hashers.run(() -> awaitQuietly(stuck))).isTrue();
    Passwords passwords = passwords(true);
    int asked = 0;
    while (passwords.turnedAway() == 0 && asked < 10_000) {
      ask(passwords, "ann", "secret", "10.0.0." + asked++ + ":1");
    }
    assertRejected(verdict(), Why.BUSY);
    assertThat(verdicts).isEmpty();
    stuck.countDown();
    for (int i = 1; i < asked; i++) {
      assertThat(verdict()).isEqualTo(KNOWN_ANN);
    }
    // The same credentials: the first one's hash does for all that waited.
    assertThat(passwords.hashed()).isEqualTo(1);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aHashIsOfTheRecommendedCostAndSaltedEachTime() {
    SecureRandom random = new SecureRandom();
    byte[] password = "secret".getBytes(UTF_8);
    String hash = PasswordHash.of(password, random);
    assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    PasswordHash.check(hash);
    assertThat(PasswordHash.verify(password, hash)).isTrue();
    assertThat(PasswordHash.verify("Secret".getBytes(UTF_8), hash)).isFalse();
    assertThat(PasswordHash.of(password, random)).isNotEqualTo(hash);
    PasswordHash.check(PasswordHash.ofNobody(random));
  }

  @Test
  void hashesOfOthersAreUnderstood() {
    // One of the reference implementation's own tests.
    String hash =
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    PasswordHash.check(hash);
    assertThat(PasswordHash.verify("password".getBytes(UTF_8), hash)).isTrue();
    assertThat(PasswordHash.verify("passwort".getBytes(UTF_8), hash)).isFalse();
  }
}
