package io.forebay.server.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision;
import io.forebay.core.security.Principal;
import io.forebay.core.topic.TopicFilter;
import io.forebay.security.acl.Acl;
import io.forebay.security.acl.RuleSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// What is noted, and what is not.
class AuditedTest {
  private static final Principal BOB = new Principal("bob", "bob-1");
  private static final Credentials CREDENTIALS =
      new Credentials("bob-1", "bob", "pass-word".getBytes(UTF_8), "127.0.0.1:4711", null);

  private final List<String> noted = new ArrayList<>();
  private final Audit audit = event -> noted.add(event.json(Instant.EPOCH));

  private static String line(String rest) {
    return "{\"time\":\"1970-01-01T00:00:00Z\"," + rest + "}";
  }

  @Test
  void whatIsDeniedIsNotedAndWhatIsAllowedIsNot() {
    Acl acl = new Acl(RuleSet.parse("rules: [{allow: publish, topics: a}]", "acl"));
    AuditedAuthorizer audited = new AuditedAuthorizer(acl, audit);
    assertThat(audited.mayConnect(BOB)).isTrue();
    assertThat(audited.mayPublish(BOB, "a")).isTrue();
    assertThat(audited.epoch()).isEqualTo(acl.epoch());
    assertThat(noted).isEmpty();
    assertThat(audited.mayPublish(BOB, "b")).isFalse();
    assertThat(audited.maySubscribe(BOB, TopicFilter.parse("$share/g/x", 9))).isFalse();
    assertThat(audited.mayAdminister(BOB)).isFalse();
    String who = "\"user\":\"bob\",\"client\":\"bob-1\"";
    assertThat(noted)
        .isEqualTo(
            List.of(
                line("\"event\":\"publish-denied\"," + who + ",\"topic\":\"b\""),
                line("\"event\":\"subscribe-denied\"," + who + ",\"filter\":\"$share/g/x\""),
                line("\"event\":\"admin-denied\"," + who)));
  }

  @Test
  void aClientThatTriesAndTriesDoesNotFillTheLog() {
    AuditedAuthorizer audited =
        new AuditedAuthorizer(new Acl(RuleSet.parse("rules: []", "acl")), audit);
    for (int i = 0; i < 100_000; i++) {
      audited.mayPublish(BOB, "topic/" + i);
    }
    // Ten a span of ten seconds, and the test may take longer than one.
    assertThat(noted).hasSizeBetween(10, 100);
    audited.mayPublish(new Principal("eve", "eve-1"), "x");
    assertThat(noted.getLast()).contains("\"user\":\"eve\"").contains("\"unnoted\":");
  }

  @Test
  void tenDenialsInTenSecondsAreNoted() {
    AtomicLong nanos = new AtomicLong();
    DenialLimit limit = new DenialLimit(nanos::get);
    for (int i = 0; i < 10; i++) {
      assertThat(limit.admit("a")).isZero();
    }
    for (int i = 0; i < 500; i++) {
      assertThat(limit.admit("a")).isEqualTo(-1);
    }
    assertThat(limit.admit("b")).isEqualTo(500);
    assertThat(limit.admit("b")).isZero();
    nanos.addAndGet(10_000_000_000L);
    assertThat(limit.admit("a")).isZero();
  }

  @Test
  void loginsAndRefusalsAreNotedWithoutSecrets() {
    AuditedLogins logins = new AuditedLogins(audit);
    logins.admitted(CREDENTIALS, BOB);
    logins.refused(CREDENTIALS, Decision.Why.NOT_ALLOWED, "no such user");
    String who = "\"user\":\"bob\",\"client\":\"bob-1\",\"peer\":\"127.0.0.1:4711\"";
    assertThat(noted)
        .isEqualTo(
            List.of(
                line("\"event\":\"login\"," + who),
                line(
                    "\"event\":\"login-refused\","
                        + who
                        + ",\"why\":\"not-allowed\",\"detail\":\"no such user\"")));
    assertThat(noted).noneMatch(line -> line.contains("pass-word"));
  }

  @Test
  void whatAnAdministratorDoesIsNotedWithItsUser() {
    Acl acl = new Acl(RuleSet.parse("rules: [{allow: admin, group: admin}]", "acl"));
    AuditedAuthorizer audited = new AuditedAuthorizer(acl, audit);
    Principal root = new Principal("root", "c1", Set.of("admin"), Map.of(), null, Principal.NEVER);
    assertThat(audited.mayAdminister(root)).isTrue();
    Administration administration = Administration.in(audit, audited);
    administration.asked("c1", "queue-create", "orders", null);
    administration.asked("c2", "queue-delete", "orders", "no such queue");
    assertThat(noted)
        .isEqualTo(
            List.of(
                line(
                    "\"event\":\"admin\",\"user\":\"root\",\"client\":\"c1\","
                        + "\"action\":\"queue-create\",\"what\":\"orders\""),
                line(
                    "\"event\":\"admin\",\"client\":\"c2\",\"action\":\"queue-delete\","
                        + "\"what\":\"orders\",\"problem\":\"no such queue\"")));
  }
}
