package io.forebay.server.config;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Section `security.http`.
///
/// @param url null: nobody is asked
public record HttpLoginConfig(
    @Doc("Where to POST the client's credentials as JSON; http or https.") @Nullable String url,
    @Doc("How long to wait for an answer.") Duration timeout,
    @Doc("Requests under way at a time; more wait, up to ten times as many, then are refused.")
        int concurrency,
    @Doc("How long an answer counts for the same credentials. 0: it is asked every time.")
        Duration cacheFor,
    @Doc("Answers that are remembered.") int cacheEntries,
    @Doc(
            "What happens when the service does not answer: refuse (0x88, try later) or cached (the"
                + " last answer for these credentials counts, however old; without one, refuse).")
        Fallback fallback) {

  /// What counts when nobody answers.
  public enum Fallback {
    REFUSE,
    CACHED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public HttpLoginConfig {
    Check.url("url", url);
    Check.range("timeout", timeout, Duration.ofMillis(10), Duration.ofMinutes(1));
    Check.range("concurrency", concurrency, 1, 10_000);
    Check.range("cache-for", cacheFor, Duration.ZERO, Duration.ofDays(1));
    Check.range("cache-entries", cacheEntries, 0, 10_000_000);
  }

  public static HttpLoginConfig defaults() {
    return new HttpLoginConfig(
        null, Duration.ofSeconds(3), 50, Duration.ofMinutes(1), 100_000, Fallback.REFUSE);
  }
}
