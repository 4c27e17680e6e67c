package io.forebay.security.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision;
import io.forebay.core.security.Principal;
import io.forebay.security.Verdict;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpLoginTest {
  private static final long NOW_MILLIS = 1_800_000_000_000L;
  private static final Duration CACHE_FOR = Duration.ofMinutes(1);
  private static final String YES = "{\"allow\": true}";

  private record Remark(Object value) implements Principal.Rules {}

  private final Service service = new Service(200, YES);
  private final AtomicLong nowMillis = new AtomicLong(NOW_MILLIS);
  private final AtomicLong nanoTime = new AtomicLong();
  private final List<HttpLogin> logins = new ArrayList<>();

  HttpLoginTest() throws Exception {}

  @AfterEach
  void close() {
    logins.forEach(HttpLogin::close);
    service.close();
  }

  private HttpLogin login(URI url, int concurrency, boolean cached) {
    HttpLogin login =
        new HttpLogin(
            new HttpLoginSettings(
                url, Duration.ofSeconds(20), concurrency, CACHE_FOR, 100, cached, Remark::new),
            nowMillis::get,
            nanoTime::get);
    logins.add(login);
    return login;
  }

  private HttpLogin login() {
    return login(service.url(), 10, false);
  }

  private HttpLogin cachedLogin() {
    return login(service.url(), 10, true);
  }

  private static Credentials anna(@Nullable String password) {
    return new Credentials(
        "meter-7",
        "anna",
        password == null ? null : password.getBytes(UTF_8),
        "192.0.2.1:4711",
        null);
  }

  private static CompletableFuture<Verdict> ask(HttpLogin login, Credentials credentials) {
    CompletableFuture<Verdict> answer = new CompletableFuture<>();
    login.check(credentials, answer::complete);
    return answer;
  }

  private static Verdict check(HttpLogin login, Credentials credentials) throws Exception {
    return ask(login, credentials).get(20, TimeUnit.SECONDS);
  }

  private static Principal known(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Known.class);
    return ((Verdict.Known) verdict).principal();
  }

  private static Decision.Why why(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Rejected.class);
    return ((Verdict.Rejected) verdict).why();
  }

  private void later(Duration time) {
    nanoTime.addAndGet(time.toNanos());
    nowMillis.addAndGet(time.toMillis());
  }

  // ---------------------------------------------------------------- question and answer

  @Test
  void theServiceSeesWhatTheClientShows() throws Exception {
    check(login(), anna("se\"cret"));
    assertThat(service.requests)
        .containsExactly(
            "{\"clientId\":\"meter-7\",\"username\":\"anna\",\"password\":\"se\\\"cret\","
                + "\"peer\":\"192.0.2.1:4711\"}");
  }

  @Test
  void theServiceMayNameUserGroupsEndAndRules() throws Exception {
    service.answers(
        200,
        """
        {"allow": true, "user": "Anna", "groups": ["a", "b"], "expires-in": 60,
         "claims": {"site": "north", "roles": ["a", "b"]}, "rules": ["allow"], "more": 1}
        """);
    Principal anna = known(check(login(), anna("x")));
    assertThat(anna.user()).isEqualTo("Anna");
    assertThat(anna.clientId()).isEqualTo("meter-7");
    assertThat(anna.groups()).containsExactlyInAnyOrder("a", "b");
    assertThat(anna.expiresAtMillis()).isEqualTo(NOW_MILLIS + 60_000);
    assertThat(anna.claims())
        .containsEntry("site", List.of("north"))
        .containsEntry("roles", List.of("a", "b"));
    assertThat(anna.rules()).isEqualTo(new Remark(List.of("allow")));
  }

  @Test
  void withoutMoreWordsItIsTheUserOfTheClient() throws Exception {
    service.answers(204, "");
    Principal anna = known(check(login(), anna("x")));
    assertThat(anna.user()).isEqualTo("anna");
    assertThat(anna.expiresAtMillis()).isEqualTo(Principal.NEVER);
  }

  @Test
  void aRefusalIsOne() throws Exception {
    for (int status : new int[] {401, 403}) {
      service.answers(status, "");
      assertThat(why(check(login(), anna("x")))).isEqualTo(Decision.Why.CREDENTIALS);
    }
    service.answers(200, "{\"allow\": false}");
    assertThat(why(check(login(), anna("x")))).isEqualTo(Decision.Why.CREDENTIALS);
  }

  @Test
  void whomTheServiceDoesNotKnowOthersMay() throws Exception {
    service.answers(404, "");
    assertThat(check(login(), anna("x"))).isInstanceOf(Verdict.Unknown.class);
  }

  @Test
  void whoShowsNothingOrNoTextIsNotAskedAbout() throws Exception {
    assertThat(check(login(), new Credentials("c", null, null, "p", null)))
        .isInstanceOf(Verdict.Unknown.class);
    assertThat(check(login(), new Credentials("c", "u", new byte[] {(byte) 0xff}, "p", null)))
        .isInstanceOf(Verdict.Unknown.class);
    assertThat(service.requests).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yes",
        "[]",
        "{}",
        "{\"allow\": \"true\"}",
        "{\"allow\": true, \"user\": 1}",
        "{\"allow\": true, \"user\": \" \"}",
        "{\"allow\": true, \"groups\": \"a\"}",
        "{\"allow\": true, \"groups\": [1]}",
        "{\"allow\": true, \"claims\": [\"a\"]}",
        "{\"allow\": true, \"claims\": {\"a\": 1}}",
        "{\"allow\": true, \"expires-in\": 0}",
        "{\"allow\": true, \"expires-in\": \"1\"}",
      })
  void anAnswerThatMeansNothingLetsNobodyIn(String body) throws Exception {
    service.answers(200, body);
    assertThat(why(check(login(), anna("x")))).isEqualTo(Decision.Why.UNAVAILABLE);
  }

  @Test
  void anAnswerThatIsTooLongOrARedirectLetsNobodyIn() throws Exception {
    service.answers(200, YES + " ".repeat(64 << 10));
    assertThat(why(check(login(), anna("x")))).isEqualTo(Decision.Why.UNAVAILABLE);
    service.answers(302, "");
    assertThat(why(check(login(), anna("x")))).isEqualTo(Decision.Why.UNAVAILABLE);
  }

  // ---------------------------------------------------------------- remembering

  @Test
  void whoWasLetInIsNotAskedAboutForAWhile() throws Exception {
    HttpLogin login = login();
    known(check(login, anna("x")));
    later(CACHE_FOR.minusMillis(1));
    known(check(login, anna("x")));
    assertThat(service.requests).hasSize(1);
    later(Duration.ofMillis(1));
    known(check(login, anna("x")));
    assertThat(service.requests).hasSize(2);
  }

  @Test
  void onlyTheSameCredentialsAreTheSame() throws Exception {
    HttpLogin login = login();
    known(check(login, anna("x")));
    service.answers(403, "");
    assertThat(why(check(login, anna("y")))).isEqualTo(Decision.Why.CREDENTIALS);
    assertThat(why(check(login, anna(null)))).isEqualTo(Decision.Why.CREDENTIALS);
    assertThat(why(check(login, new Credentials("meter-7a", "nna", bytes("x"), "p", null))))
        .isEqualTo(Decision.Why.CREDENTIALS);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void aRefusalIsNotRememberedAndEndsWhatWas() throws Exception {
    HttpLogin login = cachedLogin();
    service.answers(403, "");
    check(login, anna("x"));
    service.answers(200, YES);
    known(check(login, anna("x")));
    later(CACHE_FOR);
    service.answers(403, "");
    check(login, anna("x"));
    service.answers(500, "");
    assertThat(why(check(login, anna("x")))).isEqualTo(Decision.Why.UNAVAILABLE);
  }

  @Test
  void anAnswerEndsWhenTheServiceSaidSo() throws Exception {
    HttpLogin login = cachedLogin();
    service.answers(200, "{\"allow\": true, \"expires-in\": 10}");
    known(check(login, anna("x")));
    service.answers(500, "");
    later(Duration.ofSeconds(9));
    known(check(login, anna("x")));
    later(Duration.ofSeconds(1));
    assertThat(why(check(login, anna("x")))).isEqualTo(Decision.Why.UNAVAILABLE);
  }

  // ---------------------------------------------------------------- when it is down

  @Test
  void whileTheServiceIsDownTheOldAnswerCountsIfConfigured() throws Exception {
    HttpLogin cached = cachedLogin();
    HttpLogin strict = login();
    known(check(cached, anna("x")));
    known(check(strict, anna("x")));
    later(Duration.ofDays(1));
    service.answers(500, "");
    known(check(cached, anna("x")));
    assertThat(why(check(cached, anna("y")))).isEqualTo(Decision.Why.UNAVAILABLE);
    assertThat(why(check(strict, anna("x")))).isEqualTo(Decision.Why.UNAVAILABLE);
  }

  @Test
  void aServiceThatIsSilentIsLeftAloneForAWhile() throws Exception {
    Service gone = new Service(204, "");
    gone.close();
    HttpLogin login = login(gone.url(), 10, false);
    for (int i = 0; i < ServiceHealth.MOST_FAILURES; i++) {
      assertThat(check(login, anna("x"))).asString().contains("cannot be connected to");
    }
    assertThat(check(login, anna("x"))).asString().contains("is down");
    later(ServiceHealth.PAUSE);
    assertThat(check(login, anna("x"))).asString().contains("cannot be connected to");
    assertThat(check(login, anna("x"))).asString().contains("is down");
  }

  @Test
  void aServiceThatTakesTooLongIsNotWaitedFor() throws Exception {
    service.waitFor(new CountDownLatch(1));
    HttpLogin login =
        new HttpLogin(
            new HttpLoginSettings(
                service.url(), Duration.ofMillis(50), 1, CACHE_FOR, 0, false, Remark::new),
            nowMillis::get,
            nanoTime::get);
    logins.add(login);
    assertThat(check(login, anna("x"))).asString().contains("does not answer within 50 ms");
  }

  @Test
  void moreThanMayWaitAreSentAway() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    service.waitFor(gate);
    HttpLogin login = login(service.url(), 2, false);
    List<CompletableFuture<Verdict>> asked = new ArrayList<>();
    for (int i = 0; i < 22; i++) {
      asked.add(ask(login, anna("x" + i)));
    }
    assertThat(why(check(login, anna("one more")))).isEqualTo(Decision.Why.BUSY);
    gate.countDown();
    for (CompletableFuture<Verdict> each : asked) {
      known(each.get(20, TimeUnit.SECONDS));
    }
    known(check(login, anna("one more")));
  }
}
