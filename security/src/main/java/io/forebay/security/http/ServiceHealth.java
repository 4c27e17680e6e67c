package io.forebay.security.http;

import java.net.URI;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the service is up, told once for each change. While it is silent, one request now and
/// then finds out whether it is back; the others need not wait for nothing. Any thread but an event
/// loop.
final class ServiceHealth {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceHealth.class);

  /// Failures in a row after which we call it down.
  static final int MOST_FAILURES = 5;

  /// Between two tries of a silent service.
  static final Duration PAUSE = Duration.ofSeconds(5);

  private final URI url;
  private int failures;
  private int silences;
  private boolean down;
  private long nextTryNanos;

  ServiceHealth(URI url) {
    this.url = url;
  }

  /// Whether it should be asked now.
  synchronized boolean worthAsking(long nowNanos) {
    if (silences < MOST_FAILURES) {
      return true;
    }
    if (nowNanos - nextTryNanos < 0) {
      return false;
    }
    nextTryNanos = nowNanos + PAUSE.toNanos();
    return true;
  }

  /// It gave an answer that we understand.
  synchronized void well() {
    failures = 0;
    silences = 0;
    if (down) {
      down = false;
      LOG.info("the login service {} answers again", url);
    }
  }

  /// It gave an answer that says nothing: asking it costs no time.
  synchronized void confused(String trouble) {
    silences = 0;
    fail(trouble);
  }

  /// It gave no answer.
  synchronized void silent(String trouble, long nowNanos) {
    silences++;
    nextTryNanos = nowNanos + PAUSE.toNanos();
    fail(trouble);
  }

  private void fail(String trouble) {
    failures++;
    if (failures >= MOST_FAILURES && !down) {
      down = true;
      LOG.warn("the login service {} is down: {} times in a row it {}", url, failures, trouble);
    }
  }
}
