package io.forebay.security.jwt;

import io.forebay.security.http.HttpCaller;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keys that the issuer publishes at a URL. They are fetched anew now and then, and when a token
/// names one that is not there yet; while the issuer cannot be reached those that we have count.
public final class KeyUrl implements KeySource {
  private static final Logger LOG = LoggerFactory.getLogger(KeyUrl.class);

  private static final int MOST_BYTES = 1 << 20;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /// Between two fetches that tokens ask for, or that are tried again: anybody can send tokens with
  /// invented key ids.
  static final Duration PAUSE = Duration.ofSeconds(10);

  /// Clients that may wait for one fetch.
  private static final int MOST_WAITING = 10_000;

  private final URI url;
  private final Duration refresh;
  private final LongSupplier nanoTime;
  private final HttpCaller caller;
  private volatile KeySet keys = KeySet.NONE;

  // Guarded by this.
  private boolean begun;
  private long beganNanos;
  private boolean underWay;
  private boolean fetched;
  private List<Runnable> waiting = new ArrayList<>();
  private @Nullable String lastTrouble;

  /// Begins the first fetch.
  ///
  /// @param nanoTime a clock that does not jump
  public static KeyUrl open(URI url, Duration refresh, LongSupplier nanoTime) {
    KeyUrl source = new KeyUrl(url, refresh, nanoTime);
    source.look();
    return source;
  }

  private KeyUrl(URI url, Duration refresh, LongSupplier nanoTime) {
    this.url = url;
    this.refresh = refresh;
    this.nanoTime = nanoTime;
    caller = new HttpCaller(TIMEOUT, MOST_BYTES);
  }

  @Override
  public KeySet current() {
    return keys;
  }

  @Override
  public void look() {
    boolean mine;
    synchronized (this) {
      mine = begins(fetched ? refresh : PAUSE);
    }
    if (mine) {
      Thread.startVirtualThread(this::fetch);
    }
  }

  @Override
  public void renew(Runnable then) {
    boolean mine;
    boolean waits;
    synchronized (this) {
      mine = begins(PAUSE);
      waits = underWay && waiting.size() < MOST_WAITING;
      if (waits) {
        waiting.add(then);
      }
    }
    if (mine) {
      Thread.startVirtualThread(this::fetch);
    }
    if (!waits) {
      then.run();
    }
  }

  /// Guarded by this.
  private boolean begins(Duration pause) {
    long now = nanoTime.getAsLong();
    if (underWay || (begun && now - beganNanos < pause.toNanos())) {
      return false;
    }
    begun = true;
    underWay = true;
    beganNanos = now;
    return true;
  }

  private void fetch() {
    String trouble = null;
    try {
      take(caller.call(HttpRequest.newBuilder(url).GET().build()));
    } catch (IOException e) {
      trouble = String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      trouble = "interrupted";
    }
    List<Runnable> released;
    synchronized (this) {
      underWay = false;
      fetched = trouble == null;
      released = waiting;
      waiting = new ArrayList<>();
      tell(trouble);
    }
    released.forEach(Runnable::run);
  }

  private void take(HttpCaller.Answer answer) throws IOException {
    if (answer.status() != 200) {
      throw new IOException("answers with status " + answer.status() + " instead of 200");
    }
    if (!keys.isOf(answer.body())) {
      keys = KeySet.parse(answer.body());
      LOG.info("keys for tokens: {} fetched from {}", keys.size(), url);
    }
  }

  /// Guarded by this.
  private void tell(@Nullable String trouble) {
    if (trouble != null && !trouble.equals(lastTrouble)) {
      String meanwhile = keys.isEmpty() ? "no token is taken" : "those in use are kept";
      LOG.warn("keys for tokens: {} until they can be fetched: {} {}", meanwhile, url, trouble);
    }
    lastTrouble = trouble;
  }

  @Override
  public void close() {
    caller.close();
  }
}
