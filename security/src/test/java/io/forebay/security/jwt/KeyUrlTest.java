package io.forebay.security.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.security.http.Service;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KeyUrlTest {
  private static final Duration REFRESH = Duration.ofHours(1);

  private final AtomicLong nanoTime = new AtomicLong();

  private KeyUrl open(Service service) {
    return KeyUrl.open(service.url(), REFRESH, nanoTime::get);
  }

  /// Waits for the fetch that is under way, if any; with [#later] before it begins one.
  private static void renewed(KeyUrl keys) throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    keys.renew(done::countDown);
    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
  }

  private void later(Duration time) {
    nanoTime.addAndGet(time.toNanos());
  }

  @Test
  void theKeysAreFetchedAtTheStart() throws Exception {
    try (Service service = new Service(200, Issuer.keys(Issuer.any("a")));
        KeyUrl keys = open(service)) {
      renewed(keys);
      assertThat(keys.current().size()).isEqualTo(1);
      assertThat(service.requests).hasSize(1);
    }
  }

  @Test
  void anUnknownKeyIsFetchedAtOnceButNotAgainAndAgain() throws Exception {
    try (Service service = new Service(200, Issuer.keys(Issuer.any("a")));
        KeyUrl keys = open(service)) {
      renewed(keys);
      service.answers(200, Issuer.keys(Issuer.any("a"), Issuer.any("b")));
      renewed(keys);
      assertThat(keys.current().size()).isEqualTo(1);
      later(KeyUrl.PAUSE);
      renewed(keys);
      assertThat(keys.current().size()).isEqualTo(2);
      assertThat(service.requests).hasSize(2);
    }
  }

  @Test
  void theKeysAreFetchedAgainWhenTheyAreOld() throws Exception {
    try (Service service = new Service(200, Issuer.keys(Issuer.any("a")));
        KeyUrl keys = open(service)) {
      renewed(keys);
      later(REFRESH.minusSeconds(1));
      keys.look();
      later(Duration.ofSeconds(1));
      assertThat(service.requests).hasSize(1);
      keys.look();
      renewed(keys);
      assertThat(service.requests).hasSize(2);
    }
  }

  @Test
  void whileTheIssuerCannotBeReachedTheKeysThatWeHaveCount() throws Exception {
    try (Service service = new Service(200, Issuer.keys(Issuer.any("a")));
        KeyUrl keys = open(service)) {
      renewed(keys);
      KeySet before = keys.current();
      for (String body : new String[] {"{\"keys\":[]}", "<html>", "x".repeat(2 << 20)}) {
        service.answers(200, body);
        later(KeyUrl.PAUSE);
        renewed(keys);
        assertThat(keys.current()).isSameAs(before);
      }
      service.answers(500, "");
      later(KeyUrl.PAUSE);
      renewed(keys);
      assertThat(keys.current()).isSameAs(before);
      assertThat(service.requests).hasSize(5);
    }
  }

  @Test
  void afterAFailureItIsTriedAgainSoon() throws Exception {
    try (Service service = new Service(503, "");
        KeyUrl keys = open(service)) {
      renewed(keys);
      assertThat(keys.current().isEmpty()).isTrue();
      service.answers(200, Issuer.keys(Issuer.any("a")));
      later(KeyUrl.PAUSE);
      keys.look();
      renewed(keys);
      assertThat(keys.current().size()).isEqualTo(1);
    }
  }
}
