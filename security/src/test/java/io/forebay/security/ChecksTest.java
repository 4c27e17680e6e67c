package io.forebay.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision;
import io.forebay.core.security.Decision.Why;
import io.forebay.core.security.Principal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChecksTest {
  private static final CredentialCheck UNKNOWN =
      (credentials, answer) -> answer.accept(Verdict.Unknown.INSTANCE);
  private static final CredentialCheck REJECTING =
      (credentials, answer) ->
          answer.accept(new Verdict.Rejected(Why.CREDENTIALS, "password 'x' is on a list"));

  private final List<String> witnessed = new ArrayList<>();
  private final List<Decision> decisions = new ArrayList<>();

  private final Witness witness =
      new Witness() {
        @Override
        public void admitted(Credentials credentials, Principal principal) {
          witnessed.add("in: " + principal.name());
        }

        @Override
        public void refused(Credentials credentials, Why why, String reason) {
          witnessed.add(why + ": " + reason);
        }
      };

  private static CredentialCheck knowing(String user) {
    return (credentials, answer) -> answer.accept(known(user));
  }

  private static Verdict known(String user) {
    return new Verdict.Known(new Principal(user, "client"));
  }

  private static Credentials credentials(@Nullable String user, @Nullable String password) {
    return new Credentials(
        "client", user, password == null ? null : password.getBytes(UTF_8), "[::1]:1", null);
  }

  /// A check that keeps the question, to be answered when the test wants.
  private static final class Slow implements CredentialCheck {
    private final List<Consumer<Verdict>> questions = new ArrayList<>();

    @Override
    public void check(Credentials credentials, Consumer<Verdict> answer) {
      questions.add(answer);
    }
  }

  private void ask(boolean anonymous, Credentials credentials, CredentialCheck... checks) {
    List<Checks.Named> named = new ArrayList<>();
    for (CredentialCheck check : checks) {
      named.add(new Checks.Named("check" + named.size(), check));
    }
    new Checks(named, anonymous, witness).authenticate(credentials, decisions::add);
  }

  private void assertRefused(Why why) {
    assertThat(decisions)
        .singleElement()
        .isInstanceOfSatisfying(
            Decision.Refused.class, refused -> assertThat(refused.why()).isEqualTo(why));
  }

  private void assertAdmitted(@Nullable String user) {
    assertThat(decisions)
        .singleElement()
        .isInstanceOfSatisfying(
            Decision.Admitted.class,
            admitted -> assertThat(admitted.principal().user()).isEqualTo(user));
  }

  @Test
  void theFirstThatKnowsDecides() {
    ask(false, credentials("ann", "x"), UNKNOWN, knowing("ann"), REJECTING);
    assertAdmitted("ann");
    assertThat(witnessed).containsExactly("in: ann");
  }

  @Test
  void theFirstThatRejectsDecidesAndTheClientIsNotToldWhy() {
    ask(true, credentials("ann", "x"), UNKNOWN, REJECTING, knowing("ann"));
    assertRefused(Why.CREDENTIALS);
    assertThat(decisions.getFirst().toString()).doesNotContain("list");
    assertThat(witnessed).containsExactly("CREDENTIALS: password 'x' is on a list");
  }

  @Test
  void whoShowsSomethingThatNobodyKnowsStaysOut() {
    ask(true, credentials("ann", null), UNKNOWN);
    assertRefused(Why.CREDENTIALS);
    decisions.clear();
    ask(true, credentials(null, "x"), UNKNOWN);
    assertRefused(Why.CREDENTIALS);
    decisions.clear();
    ask(true, credentials("", ""), UNKNOWN);
    assertRefused(Why.CREDENTIALS);
  }

  @Test
  void whoShowsNothingComesInIfThatIsAllowed() {
    ask(true, credentials(null, null), UNKNOWN);
    assertAdmitted(null);
    decisions.clear();
    ask(false, credentials(null, null), UNKNOWN);
    assertRefused(Why.CREDENTIALS);
  }

  @Test
  void withoutAnyCheckEverybodyIsAnonymous() {
    ask(false, credentials("ann", "x"));
    assertAdmitted(null);
    decisions.clear();
    ask(false, credentials(null, null));
    assertAdmitted(null);
  }

  @Test
  void answersMayComeLater() {
    Slow first = new Slow();
    Slow second = new Slow();
    ask(false, credentials("ann", "x"), first, UNKNOWN, second);
    assertThat(decisions).isEmpty();
    assertThat(second.questions).isEmpty();
    first.questions.getFirst().accept(Verdict.Unknown.INSTANCE);
    assertThat(decisions).isEmpty();
    second.questions.getFirst().accept(known("ann"));
    assertAdmitted("ann");
  }

  @Test
  void ofTwoAnswersTheFirstCounts() {
    Slow slow = new Slow();
    ask(false, credentials("ann", "x"), slow);
    slow.questions.getFirst().accept(known("ann"));
    slow.questions.getFirst().accept(known("bob"));
    assertAdmitted("ann");
    decisions.clear();
    ask(
        false,
        credentials("ann", "x"),
        (credentials, answer) -> {
          answer.accept(Verdict.Unknown.INSTANCE);
          answer.accept(known("bob"));
        });
    assertRefused(Why.CREDENTIALS);
  }

  @Test
  void aCheckThatFailsKeepsTheClientOut() {
    CredentialCheck broken =
        (credentials, answer) -> {
          throw new IllegalStateException("broken");
        };
    ask(true, credentials(null, null), UNKNOWN, broken, knowing("ann"));
    assertRefused(Why.UNAVAILABLE);
  }

  @Test
  void manyChecksDoNotNest() {
    List<CredentialCheck> checks = new ArrayList<>(Collections.nCopies(100_000, UNKNOWN));
    Slow slow = new Slow();
    checks.addFirst(slow);
    checks.addLast(knowing("ann"));
    ask(false, credentials("ann", "x"), checks.toArray(CredentialCheck[]::new));
    slow.questions.getFirst().accept(Verdict.Unknown.INSTANCE);
    assertAdmitted("ann");
  }
}
