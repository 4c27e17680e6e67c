package io.forebay.security.jwt;

import static io.forebay.security.jwt.Issuer.NOW_MILLIS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision;
import io.forebay.core.security.EnhancedAuthenticator;
import io.forebay.core.security.Principal;
import io.forebay.security.Verdict;
import io.forebay.security.Witness;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokensTest {

  /// Works at once, on the thread that asks, and counts.
  private static final class Verifiers extends AbstractExecutorService {
    int tasks;
    boolean full;

    @Override
    public void execute(Runnable task) {
      if (full) {
        throw new RejectedExecutionException();
      }
      tasks++;
      task.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }

  /// Has new keys when it is asked to renew them.
  private static final class Keys implements KeySource {
    private KeySet now;
    private @Nullable KeySet next;
    private int renewals;

    Keys(KeySet now) {
      this.now = now;
    }

    @Override
    public KeySet current() {
      return now;
    }

    @Override
    public void look() {}

    @Override
    public void renew(Runnable then) {
      renewals++;
      now = next == null ? now : next;
      then.run();
    }

    @Override
    public void close() {}
  }

  private static Principal.Rules noRules(Object value) {
    throw new IllegalArgumentException("no rules here: " + value);
  }

  private final Issuer issuer = Issuer.any("first");
  private final Keys keys = new Keys(Issuer.keySet(issuer));
  private final Verifiers verifiers = new Verifiers();
  private long nowMillis = NOW_MILLIS;
  private final Tokens tokens =
      new Tokens(
          new TokenSettings(null, null, 0, "sub", "groups", "forebay", TokensTest::noRules),
          keys,
          verifiers,
          () -> nowMillis);

  TokensTest() throws Exception {}

  private static Credentials credentials(@Nullable String password) {
    return new Credentials(
        "client",
        "whoever",
        password == null ? null : password.getBytes(UTF_8),
        "192.0.2.1:4711",
        null);
  }

  private Verdict check(@Nullable String password) {
    List<Verdict> answers = new ArrayList<>();
    tokens.check(credentials(password), answers::add);
    assertThat(answers).hasSize(1);
    return answers.getFirst();
  }

  private static Decision.Why why(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Rejected.class);
    return ((Verdict.Rejected) verdict).why();
  }

  private static Principal known(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Known.class);
    return ((Verdict.Known) verdict).principal();
  }

  @Test
  void aGoodTokenIsItsSubject() throws Exception {
    Principal anna = known(check(issuer.token()));
    assertThat(anna.user()).isEqualTo("anna");
    assertThat(anna.clientId()).isEqualTo("client");
  }

  @Test
  void aPasswordIsLeftToOthers() throws Exception {
    assertThat(check(null)).isInstanceOf(Verdict.Unknown.class);
    assertThat(check("")).isInstanceOf(Verdict.Unknown.class);
    assertThat(check("eye.of.the.tiger")).isInstanceOf(Verdict.Unknown.class);
    assertThat(check("ey ho.lets.go")).isInstanceOf(Verdict.Unknown.class);
    assertThat(check("a." + issuer.token())).isInstanceOf(Verdict.Unknown.class);
    assertThat(check("eyJ" + "x".repeat(CompactToken.MOST_BYTES) + ".a.b"))
        .isInstanceOf(Verdict.Unknown.class);
    assertThat(verifiers.tasks).isZero();
  }

  @Test
  void aBadTokenKeepsItsClientOut() throws Exception {
    assertThat(why(check(Issuer.any("first").token()))).isEqualTo(Decision.Why.CREDENTIALS);
  }

  @Test
  void aTokenThatWasGoodLatelyIsNotVerifiedAgain() throws Exception {
    String token = issuer.token();
    check(token);
    assertThat(known(check(token)).user()).isEqualTo("anna");
    assertThat(verifiers.tasks).isEqualTo(1);
  }

  @Test
  void aTokenThatWasGoodEndsNevertheless() throws Exception {
    String token = issuer.token();
    check(token);
    nowMillis += 3_600_000;
    assertThat(why(check(token))).isEqualTo(Decision.Why.CREDENTIALS);
  }

  @Test
  void otherKeysMakeAllTokensBeVerifiedAgain() throws Exception {
    String token = issuer.token();
    check(token);
    keys.now = Issuer.keySet(Issuer.any("second"));
    assertThat(why(check(token))).isEqualTo(Decision.Why.CREDENTIALS);
  }

  @Test
  void aNewKeyIsLookedForOnceWhenATokenNamesIt() throws Exception {
    Issuer second = Issuer.any("second");
    keys.next = Issuer.keySet(issuer, second);
    assertThat(known(check(second.token())).user()).isEqualTo("anna");
    assertThat(why(check(Issuer.any("third").token()))).isEqualTo(Decision.Why.CREDENTIALS);
    assertThat(keys.renewals).isEqualTo(2);
  }

  @Test
  void beforeThereAreKeysNobodyIsToBlame() throws Exception {
    keys.now = KeySet.NONE;
    assertThat(why(check(issuer.token()))).isEqualTo(Decision.Why.UNAVAILABLE);
  }

  @Test
  void tooManyTokensAtOnceAreTakenLater() throws Exception {
    verifiers.full = true;
    assertThat(why(check(issuer.token()))).isEqualTo(Decision.Why.BUSY);
  }

  // ---------------------------------------------------------------- through AUTH

  private Decision authenticate(@Nullable String token) {
    EnhancedAuthenticator method = new TokenMethod(tokens, Witness.NOBODY);
    List<Decision> answers = new ArrayList<>();
    method
        .begin(credentials(null))
        .step(token == null ? null : token.getBytes(UTF_8), answers::add);
    assertThat(answers).hasSize(1);
    return answers.getFirst();
  }

  @Test
  void aTokenIsTakenAsAuthenticationDataToo() throws Exception {
    Decision decision = authenticate(issuer.token());
    assertThat(decision).isInstanceOf(Decision.Admitted.class);
    assertThat(((Decision.Admitted) decision).principal().user()).isEqualTo("anna");
  }

  @Test
  void whoShowsNoTokenOrABadOneIsNotToldWhy() throws Exception {
    for (String each : new String[] {null, "password", Issuer.any("first").token()}) {
      Decision decision = authenticate(each);
      assertThat(decision).isInstanceOf(Decision.Refused.class);
      assertThat(((Decision.Refused) decision).why()).isEqualTo(Decision.Why.CREDENTIALS);
      assertThat(((Decision.Refused) decision).detail()).doesNotContain("signature");
    }
  }
}
