package io.forebay.security.http;

import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision;
import io.forebay.core.security.Principal;
import io.forebay.security.CredentialCheck;
import io.forebay.security.CredentialDigest;
import io.forebay.security.Remembered;
import io.forebay.security.Verdict;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.security.SecureRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Users by asking an HTTP service. Any thread; each question waits in a virtual thread of its own.
///
/// Remembered are those who were let in. A refusal is never: who has just been given a password
/// need not wait for a cache.
public final class HttpLogin implements CredentialCheck, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpLogin.class);

  private static final int MOST_ANSWER_BYTES = 64 << 10;

  /// Clients that may wait for each request that may be under way.
  private static final int WAITING_EACH = 10;

  private record Granted(Principal principal, long atNanos) {}

  private final HttpLoginSettings settings;
  private final LongSupplier nowMillis;
  private final LongSupplier nanoTime;
  private final HttpCaller caller;
  private final ServiceHealth health;
  private final Semaphore requests;
  private final AtomicInteger asking = new AtomicInteger();
  private final CredentialDigest digests = new CredentialDigest(new SecureRandom());
  private final Remembered<Granted> granted;

  /// @param nowMillis milliseconds since 1970
  /// @param nanoTime a clock that does not jump
  public HttpLogin(HttpLoginSettings settings, LongSupplier nowMillis, LongSupplier nanoTime) {
    this.settings = settings;
    this.nowMillis = nowMillis;
    this.nanoTime = nanoTime;
    caller = new HttpCaller(settings.timeout(), MOST_ANSWER_BYTES);
    health = new ServiceHealth(settings.url());
    requests = new Semaphore(settings.concurrency(), true);
    granted = new Remembered<>(settings.cacheEntries());
  }

  @Override
  public void check(Credentials credentials, Consumer<Verdict> answer) {
    String json =
        credentials.username() == null && credentials.password() == null
            ? null
            : LoginRequest.json(credentials);
    if (json == null) {
      answer.accept(Verdict.Unknown.INSTANCE);
      return;
    }
    String digest = LoginRequest.digest(credentials, digests);
    Granted before = granted.get(digest);
    if (before != null && fresh(before) && !expired(before)) {
      answer.accept(new Verdict.Known(before.principal));
    } else if (asking.incrementAndGet() > settings.concurrency() * (1 + WAITING_EACH)) {
      asking.decrementAndGet();
      answer.accept(new Verdict.Rejected(Decision.Why.BUSY, "too many wait for the login service"));
    } else {
      Thread.startVirtualThread(() -> answer.accept(inTurn(credentials, json, digest)));
    }
  }

  private boolean fresh(Granted before) {
    return nanoTime.getAsLong() - before.atNanos < settings.cacheFor().toNanos();
  }

  private boolean expired(Granted before) {
    return before.principal.expiresAtMillis() <= nowMillis.getAsLong();
  }

  private Verdict inTurn(Credentials credentials, String json, String digest) {
    try {
      requests.acquire();
      try {
        return ask(credentials, json, digest);
      } finally {
        requests.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Verdict.Rejected(Decision.Why.UNAVAILABLE, "the node is stopping");
    } catch (RuntimeException e) {
      LOG.error("the login service could not be asked", e);
      return new Verdict.Rejected(Decision.Why.UNAVAILABLE, "the login service could not be asked");
    } finally {
      asking.decrementAndGet();
    }
  }

  private Verdict ask(Credentials credentials, String json, String digest)
      throws InterruptedException {
    if (!health.worthAsking(nanoTime.getAsLong())) {
      return fallback(digest, "is down");
    }
    HttpCaller.Answer answer;
    try {
      answer = caller.call(request(json));
    } catch (IOException e) {
      String trouble = String.valueOf(e.getMessage());
      health.silent(trouble, nanoTime.getAsLong());
      return fallback(digest, trouble);
    }
    try {
      Verdict verdict =
          LoginAnswer.read(answer, credentials, settings.readRules(), nowMillis.getAsLong());
      health.well();
      remember(digest, verdict);
      return verdict;
    } catch (IOException e) {
      String trouble = String.valueOf(e.getMessage());
      health.confused(trouble);
      return fallback(digest, trouble);
    }
  }

  private HttpRequest request(String json) {
    return HttpRequest.newBuilder(settings.url())
        .header("Content-Type", "application/json")
        .header("Accept", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(json))
        .build();
  }

  private void remember(String digest, Verdict verdict) {
    if (verdict instanceof Verdict.Known known) {
      granted.put(digest, new Granted(known.principal(), nanoTime.getAsLong()));
    } else {
      granted.forget(digest);
    }
  }

  private Verdict fallback(String digest, String trouble) {
    @Nullable Granted before = settings.fallsBackToCached() ? granted.get(digest) : null;
    if (before != null && !expired(before)) {
      return new Verdict.Known(before.principal);
    }
    return new Verdict.Rejected(Decision.Why.UNAVAILABLE, "the login service " + trouble);
  }

  @Override
  public void close() {
    caller.close();
  }
}
