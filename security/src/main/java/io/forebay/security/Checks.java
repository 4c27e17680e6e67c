package io.forebay.security;

import io.forebay.core.security.Authenticator;
import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision;
import io.forebay.core.security.Decision.Why;
import io.forebay.core.security.Principal;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks one check after the other until one knows the client or rejects it. Whom nobody knows comes
/// in only as nobody: anonymous, if that is allowed, and without a name or a password, since who
/// shows some wants to be told that they are not good.
///
/// Without any check there is nothing to be wrong: everybody is anonymous, whatever they show.
public final class Checks implements Authenticator {
  /// A check and what it is called in the configuration.
  public record Named(String name, CredentialCheck check) {}

  private static final Logger LOG = LoggerFactory.getLogger(Checks.class);

  private final List<Named> checks;
  private final boolean anonymous;
  private final Witness witness;
  private final Refusals refusals;

  /// @param checks in the order in which they are asked
  /// @param anonymous whether clients that show nothing come in although there are checks
  public Checks(List<Named> checks, boolean anonymous, Witness witness) {
    this.checks = List.copyOf(checks);
    this.anonymous = anonymous;
    this.witness = witness;
    refusals = new Refusals(witness);
  }

  @Override
  public void authenticate(Credentials credentials, Consumer<Decision> answer) {
    new Round(credentials, answer).run();
  }

  private Decision nobodyKnows(Credentials credentials) {
    if (checks.isEmpty()) {
      return admit(credentials, new Principal(null, credentials.clientId()));
    }
    if (credentials.username() != null || credentials.password() != null) {
      return refusals.refuse(credentials, Why.CREDENTIALS, "nobody knows these credentials");
    }
    return anonymous
        ? admit(credentials, new Principal(null, credentials.clientId()))
        : refusals.refuse(credentials, Why.CREDENTIALS, "it shows no credentials");
  }

  private Decision admit(Credentials credentials, Principal principal) {
    witness.admitted(credentials, principal);
    return new Decision.Admitted(principal, null);
  }

  /// The checks being asked about one client. A loop, and not each answer asking the next check:
  /// checks that answer at once would nest. On one thread at a time.
  private final class Round {
    private final Credentials credentials;
    private final Consumer<Decision> answer;
    private int next;

    Round(Credentials credentials, Consumer<Decision> answer) {
      this.credentials = credentials;
      this.answer = answer;
    }

    void run() {
      while (next < checks.size()) {
        Question question = new Question(this::go);
        ask(checks.get(next++), question);
        Verdict verdict = question.answered();
        if (verdict == null || decided(verdict)) {
          return;
        }
      }
      answer.accept(nobodyKnows(credentials));
    }

    /// An answer that came later, on the thread that brought it.
    private void go(Verdict verdict) {
      if (!decided(verdict)) {
        run();
      }
    }

    private void ask(Named named, Question question) {
      try {
        named.check().check(credentials, question);
      } catch (RuntimeException ours) {
        LOG.error("security.{} met a fault of ours; {} stays out", named.name(), credentials, ours);
        question.accept(new Verdict.Rejected(Why.UNAVAILABLE, "the check failed"));
      }
    }

    private boolean decided(Verdict verdict) {
      switch (verdict) {
        case Verdict.Known known -> answer.accept(admit(credentials, known.principal()));
        case Verdict.Rejected rejected ->
            answer.accept(refusals.refuse(credentials, rejected.why(), rejected.reason()));
        case Verdict.Unknown _ -> {
          return false;
        }
      }
      return true;
    }
  }
}
