package io.forebay.mqtt.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision;
import io.forebay.core.security.EnhancedAuthenticator;
import io.forebay.core.security.Limits;
import io.forebay.core.security.Principal;
import io.forebay.core.security.Quotas;
import io.forebay.core.security.Security;
import io.forebay.mqtt.Auth;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Pingreq;
import io.forebay.mqtt.Pingresp;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.ReasonCode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Rules that change and credentials that end while clients are connected.
class AccessTest {
  private static final long START_SECONDS = 1_000_000_000L;

  /// The data is `user until-second`.
  private static final class Token implements EnhancedAuthenticator {
    @Override
    public String method() {
      return "TOKEN";
    }

    @Override
    public Exchange begin(Credentials credentials) {
      return (data, answer) -> {
        String[] parts = new String(data == null ? new byte[0] : data, UTF_8).split(" ");
        long untilMillis = (START_SECONDS + Long.parseLong(parts[1])) * 1_000;
        answer.accept(
            new Decision.Admitted(
                new Principal(
                    parts[0], credentials.clientId(), Set.of(), Map.of(), null, untilMillis),
                null));
      };
    }
  }

  private final TestRules rules = new TestRules();
  private final TestNode node =
      TestNode.with(
          new Security(
              (credentials, answer) ->
                  answer.accept(
                      new Decision.Admitted(
                          new Principal(credentials.username(), credentials.clientId()), null)),
              Map.of("TOKEN", new Token()),
              rules,
              Quotas.none(Limits.DEFAULTS)));

  private void change() {
    rules.epoch++;
    node.broker.accessChanged();
    node.run();
  }

  // ---------------------------------------------------------------- rules

  @Test
  void whoMayNotConnectStaysOut() {
    rules.deniedClients.add("a");
    TestClient client = node.open(ConnectDraft.v5("a"));
    assertThat(client.next(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    client.assertClosed();
    assertThat(node.broker.connectedClients()).isZero();
  }

  @Test
  void whoHoldsASubscriptionThatIsNotAllowedAnyMoreHasToGo() {
    TestClient keeps = node.connect(ProtocolVersion.V5, "keeps");
    keeps.subscribe("a/#", Qos.AT_LEAST_ONCE);
    for (String filter : List.of("b/#", "$share/g/b/#", "$replay/earliest/b")) {
      TestClient loses = node.connect(ProtocolVersion.V5, "loses");
      assertThat(loses.subscribe(filter, Qos.AT_LEAST_ONCE))
          .containsExactly(ReasonCode.GRANTED_QOS_1);
      rules.deniedFilters.add(filter);
      change();
      loses.assertDisconnected(ReasonCode.NOT_AUTHORIZED);
      rules.deniedFilters.clear();
    }
    keeps.assertOpen();
  }

  @Test
  void whoMayNotConnectAnyMoreHasToGo() {
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    rules.deniedClients.add("a");
    change();
    client.assertDisconnected(ReasonCode.NOT_AUTHORIZED);
  }

  @Test
  void whoIsDeletedHasToGo() {
    TestClient stays = node.connect(ConnectDraft.v5("a").username("ann"));
    TestClient nobody = node.connect(ProtocolVersion.V5, "b");
    TestClient gone = node.connect(ConnectDraft.v5("c").username("bob"));
    node.broker.usersGone(Set.of("bob", "(anonymous)"));
    node.run();
    gone.assertDisconnected(ReasonCode.NOT_AUTHORIZED);
    stays.assertOpen();
    nobody.assertOpen();
  }

  @Test
  void aResumedSessionGivesBackWhatIsNotAllowedAnyMore() {
    TestClient before = node.connect(ConnectDraft.v5("a").persistent());
    before.subscribe("a/#", Qos.AT_LEAST_ONCE);
    before.subscribe("b/#", Qos.AT_LEAST_ONCE);
    before.drop();
    node.run();
    rules.deniedFilters.add("b/#");
    change();
    TestClient publisher = node.connect(ProtocolVersion.V5, "p");
    publisher.publish("b/1", "missed", Qos.AT_LEAST_ONCE, 1);
    publisher.publish("a/1", "wanted", Qos.AT_LEAST_ONCE, 2);
    TestClient after = node.connect(ConnectDraft.v5("a").persistent().resuming());
    after.nextMessage("wanted");
    publisher.publish("b/1", "later", Qos.AT_LEAST_ONCE, 3);
    after.assertNothing();
  }

  @Test
  void aDeniedPublishOfMqtt3IsDroppedOrEndsTheConnectionAsConfigured() {
    rules.deniedTopics.add("t");
    TestClient dropped = node.connect(ProtocolVersion.V3_1_1, "a");
    dropped.publish("t", "x");
    dropped.assertOpen();

    TestNode strict =
        TestNode.with(
            new Security(
                Security.open(Limits.DEFAULTS).authenticator(),
                Map.of(),
                rules,
                new QuotasDraft().deniedPublishCloses().quotas()));
    TestClient closed = strict.connect(ProtocolVersion.V3_1_1, "a");
    closed.publish("t", "x");
    closed.assertClosed();
    TestClient told = strict.connect(ProtocolVersion.V5, "b");
    told.publish("t", "x", Qos.AT_LEAST_ONCE, 1);
    told.skip();
    told.assertOpen();
  }

  // ---------------------------------------------------------------- sessions of others

  @Test
  void nobodyGetsTheSessionOfAnotherUserByItsClientId() {
    TestNode owned = TestNode.with(new QuotasDraft().sessionsHaveOwners().quotas());
    TestClient bob = owned.connect(ConnectDraft.v5("phone").username("bob").persistent());
    bob.subscribe("a", Qos.AT_LEAST_ONCE);
    for (ConnectDraft other :
        List.of(ConnectDraft.v5("phone").username("eve"), ConnectDraft.v5("phone"))) {
      TestClient stranger = owned.open(other);
      assertThat(stranger.next(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      stranger.assertClosed();
      bob.assertOpen();
    }
    bob.drop();
    owned.run();
    TestClient stranger = owned.open(ConnectDraft.v5("phone").username("eve").resuming());
    assertThat(stranger.next(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    TestClient back = owned.open(ConnectDraft.v5("phone").username("bob").persistent().resuming());
    assertThat(back.next(Connack.class).sessionPresent()).isTrue();
    assertThat(owned.broker.connectedClients()).isEqualTo(1);
  }

  // ---------------------------------------------------------------- credentials that end

  private TestClient withToken(String token) {
    return node.connect(ConnectDraft.v5("a").authentication("TOKEN", token));
  }

  private static Auth renewal(String token) {
    return new Auth(ReasonCode.REAUTHENTICATE, "TOKEN", token.getBytes(UTF_8), null, List.of());
  }

  @Test
  void theConnectionEndsWhenItsCredentialsDo() {
    TestClient client = withToken("bob 30");
    for (int i = 0; i < 29; i++) {
      node.seconds(1);
      client.send(Pingreq.INSTANCE);
      client.next(Pingresp.class);
    }
    node.seconds(2);
    client.assertDisconnected(ReasonCode.MAXIMUM_CONNECT_TIME);
  }

  @Test
  void aConnectionWithoutKeepAliveEndsWithItsCredentialsToo() {
    TestClient client =
        node.connect(ConnectDraft.v5("a").keepAlive(0).authentication("TOKEN", "bob 2000"));
    node.seconds(1_999);
    client.assertOpen();
    node.seconds(2);
    client.assertDisconnected(ReasonCode.MAXIMUM_CONNECT_TIME);
  }

  @Test
  void whoRenewsItsCredentialsStays() {
    TestClient client =
        node.connect(ConnectDraft.v5("a").keepAlive(0).authentication("TOKEN", "bob 30"));
    node.seconds(20);
    client.send(renewal("bob 60"));
    assertThat(client.next(Auth.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    node.seconds(39);
    client.assertOpen();
    node.seconds(2);
    client.assertDisconnected(ReasonCode.MAXIMUM_CONNECT_TIME);
  }

  @Test
  void nobodyBecomesAnotherUserWhileConnected() {
    TestClient client = withToken("bob 30");
    client.send(renewal("eve 60"));
    client.assertDisconnected(ReasonCode.NOT_AUTHORIZED);
  }
}
