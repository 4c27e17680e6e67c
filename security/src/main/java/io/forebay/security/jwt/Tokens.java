package io.forebay.security.jwt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision;
import io.forebay.core.security.Principal;
import io.forebay.security.CredentialCheck;
import io.forebay.security.CredentialDigest;
import io.forebay.security.Remembered;
import io.forebay.security.Verdict;
import java.security.SecureRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Users by a JSON Web Token in the place of the password. Any thread.
///
/// A signature costs up to a millisecond, so others' threads verify it; a token that was good
/// lately is known without that, as long as the keys are the same: after a broken network all
/// clients come again with the tokens that they had.
public final class Tokens implements CredentialCheck, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);

  /// Each takes about a kilobyte, rarely more.
  private static final int MOST_REMEMBERED = 20_000;

  private record Verified(Principal principal, KeySet keys) {}

  private final TokenReader reader;
  private final KeySource source;
  private final ExecutorService verifiers;
  private final LongSupplier nowMillis;
  private final CredentialDigest digests = new CredentialDigest(new SecureRandom());
  private final Remembered<Verified> verified = new Remembered<>(MOST_REMEMBERED);

  /// @param verifiers throws [RejectedExecutionException] when too many tokens wait
  /// @param nowMillis milliseconds since 1970
  public Tokens(
      TokenSettings settings, KeySource source, ExecutorService verifiers, LongSupplier nowMillis) {
    this.reader = new TokenReader(settings);
    this.source = source;
    this.verifiers = verifiers;
    this.nowMillis = nowMillis;
  }

  /// To be called every few seconds: takes up keys that have changed. Not for an event loop.
  public void look() {
    source.look();
  }

  @Override
  public void close() {
    source.close();
    verifiers.shutdownNow();
  }

  @Override
  public void check(Credentials credentials, Consumer<Verdict> answer) {
    check(credentials.password(), credentials.clientId(), answer);
  }

  /// @param bytes a token, or something else
  void check(byte @Nullable [] bytes, String clientId, Consumer<Verdict> answer) {
    String token = CompactToken.of(bytes);
    if (token == null) {
      answer.accept(Verdict.Unknown.INSTANCE);
      return;
    }
    String digest = digests.of(token.getBytes(ISO_8859_1));
    Verified known = verified.get(digest);
    if (known != null
        && known.keys == source.current()
        && known.principal.expiresAtMillis() > nowMillis.getAsLong()) {
      answer.accept(new Verdict.Known(of(clientId, known.principal)));
    } else {
      new Verification(token, digest, clientId, answer).begin(true);
    }
  }

  private static Principal of(String clientId, Principal principal) {
    return new Principal(
        principal.user(),
        clientId,
        principal.groups(),
        principal.claims(),
        principal.rules(),
        principal.expiresAtMillis());
  }

  /// Of one token that is not known yet.
  private final class Verification {
    private final String token;
    private final String digest;
    private final String clientId;
    private final Consumer<Verdict> answer;

    Verification(String token, String digest, String clientId, Consumer<Verdict> answer) {
      this.token = token;
      this.digest = digest;
      this.clientId = clientId;
      this.answer = answer;
    }

    /// @param mayRenew whether new keys may be waited for
    void begin(boolean mayRenew) {
      try {
        verifiers.execute(() -> run(mayRenew));
      } catch (RejectedExecutionException e) {
        reject(Decision.Why.BUSY, "too many tokens wait to be verified");
      }
    }

    private void run(boolean mayRenew) {
      KeySet keys = source.current();
      Principal principal;
      try {
        principal = reader.read(token, keys, nowMillis.getAsLong());
      } catch (BadToken e) {
        bad(e, keys, mayRenew);
        return;
      } catch (RuntimeException e) {
        LOG.error("a token could not be verified", e);
        reject(Decision.Why.UNAVAILABLE, "the token could not be verified");
        return;
      }
      verified.put(digest, new Verified(principal, keys));
      answer.accept(new Verdict.Known(of(clientId, principal)));
    }

    private void bad(BadToken fault, KeySet keys, boolean mayRenew) {
      if (fault.keyUnknown && mayRenew) {
        source.renew(() -> begin(false));
      } else if (fault.keyUnknown && keys.isEmpty()) {
        reject(Decision.Why.UNAVAILABLE, "the issuer's keys could not be fetched yet");
      } else {
        reject(Decision.Why.CREDENTIALS, "the token is not good: " + fault.getMessage());
      }
    }

    private void reject(Decision.Why why, String reason) {
      answer.accept(new Verdict.Rejected(why, reason));
    }
  }
}
