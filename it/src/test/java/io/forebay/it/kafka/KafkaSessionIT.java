package io.forebay.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.session.Will;
import io.forebay.it.Await;
import io.forebay.it.NodeProcess;
import io.forebay.it.RawClient;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Pubcomp;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Pubrec;
import io.forebay.mqtt.Pubrel;
import io.forebay.mqtt.ReasonCode;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Clients that move between two nodes, both of which are well.
class KafkaSessionIT {
  private static NodeProcess a;
  private static NodeProcess b;

  @BeforeAll
  static void twoNodes() throws Exception {
    KafkaCluster cluster = KafkaCluster.shared();
    a = KafkaNodes.start(cluster);
    b = KafkaNodes.start(cluster);
  }

  @AfterAll
  static void end() {
    a.close();
    b.close();
  }

  private static Wanderer publisher(NodeProcess node, String id) throws Exception {
    Wanderer publisher = new Wanderer(id, 0, null);
    publisher.comesFirstTo(node);
    return publisher;
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }

  @Test
  void whatAClientMissedFollowsItToTheOtherNodeOnceAndInOrder() throws Exception {
    try (Wanderer away = new Wanderer("missed");
        Wanderer publisher = publisher(a, "missed-pub")) {
      away.comesFirstTo(a);
      away.subscribe("missed/+", Qos.EXACTLY_ONCE);
      away.leave();
      for (int i = 0; i < 200; i++) {
        publisher.publish("missed/x", Integer.toString(i), Qos.values()[1 + i % 2]);
      }
      away.comesBackTo(b);
      assertThat(away.next(200)).isEqualTo(numbers(0, 200));
      away.expectNothing();
      away.leave();
      publisher.publish("missed/x", "200", Qos.AT_LEAST_ONCE);
      away.comesBackTo(a);
      assertThat(away.nextText()).isEqualTo("200");
      away.expectNothing();
    }
  }

  @Test
  void whoConnectsElsewhereIsDisconnectedHere() throws Exception {
    try (Wanderer client = new Wanderer("taken-over");
        Wanderer publisher = publisher(a, "taken-over-pub")) {
      client.comesFirstTo(a);
      client.subscribe("taken/over", Qos.AT_LEAST_ONCE);
      publisher.publish("taken/over", "before", Qos.AT_LEAST_ONCE);
      assertThat(client.nextText()).isEqualTo("before");
      try (RawClient old = client.abandon()) {
        client.comesBackTo(b);
        Wanderer.expectTakenOver(old);
      }
      publisher.publish("taken/over", "after", Qos.AT_LEAST_ONCE);
      assertThat(client.nextText()).isEqualTo("after");
      client.expectNothing();
    }
  }

  @Test
  void aClientThatGoesToAndFroNeverHasTwoOwners() throws Exception {
    try (Wanderer client = new Wanderer("to-and-fro");
        Wanderer publisher = publisher(b, "to-and-fro-pub")) {
      client.comesFirstTo(a);
      client.subscribe("to/and/fro", Qos.EXACTLY_ONCE);
      for (int i = 0; i < 10; i++) {
        try (RawClient old = client.abandon()) {
          client.comesBackTo(i % 2 == 0 ? b : a);
          publisher.publish("to/and/fro", Integer.toString(i), Qos.EXACTLY_ONCE);
          assertThat(client.nextText()).isEqualTo(Integer.toString(i));
          Wanderer.expectTakenOver(old);
        }
      }
      client.expectNothing();
    }
  }

  @Test
  void aCleanStartElsewhereEndsTheSession() throws Exception {
    try (Wanderer client = new Wanderer("clean-start");
        Wanderer publisher = publisher(a, "clean-start-pub")) {
      client.comesFirstTo(a);
      client.subscribe("clean/start", Qos.AT_LEAST_ONCE);
      try (RawClient old = client.abandon();
          RawClient fresh = new RawClient(b.mqtt(), ProtocolVersion.V5)) {
        assertThat(fresh.connect(RawClient.v5("clean-start")).sessionPresent()).isFalse();
        Wanderer.expectTakenOver(old);
        publisher.publish("clean/start", "to nobody", Qos.AT_LEAST_ONCE);
        fresh.expectNothingElse();
      }
      client.comesFirstTo(a);
      client.expectNothing();
    }
  }

  @Test
  void whatIsUnderWayAtQos2GoesOnElsewhereWithItsPacketIds() throws Exception {
    String topic = "under/way";
    try (Wanderer client = new Wanderer("under-way");
        Wanderer publisher = publisher(b, "under-way-pub")) {
      client.comesFirstTo(a);
      client.subscribe(topic, Qos.EXACTLY_ONCE);
      publisher.publish(topic, "one", Qos.EXACTLY_ONCE);
      publisher.publish(topic, "two", Qos.EXACTLY_ONCE);
      Publish one = client.raw().read(Publish.class);
      Publish two = client.raw().read(Publish.class);
      client.raw().send(Pubrec.of(one.packetId(), ReasonCode.SUCCESS));
      assertThat(client.raw().read(Pubrel.class).packetId()).isEqualTo(one.packetId());
      try (RawClient old = client.abandon()) {
        client.comesBackTo(b);
        Wanderer.expectTakenOver(old);
      }
      RawClient onB = client.raw();
      Packet first = onB.read();
      Packet second = onB.read();
      Pubrel released = (Pubrel) (first instanceof Pubrel ? first : second);
      Publish again = (Publish) (first instanceof Publish ? first : second);
      assertThat(released.packetId()).isEqualTo(one.packetId());
      assertThat(again.packetId()).isEqualTo(two.packetId());
      assertThat(again.dup()).isTrue();
      assertThat(Wanderer.text(again)).isEqualTo("two");
      onB.send(Pubcomp.of(one.packetId(), ReasonCode.SUCCESS));
      onB.send(Pubrec.of(two.packetId(), ReasonCode.SUCCESS));
      assertThat(onB.read(Pubrel.class).packetId()).isEqualTo(two.packetId());
      onB.send(Pubcomp.of(two.packetId(), ReasonCode.SUCCESS));
      client.expectNothing();
    }
  }

  @Test
  void aPublisherAtQos2ThatSendsAgainElsewhereIsNotPublishedTwice() throws Exception {
    try (Wanderer witness = publisher(b, "resend-witness");
        Wanderer publisher = new Wanderer("resend-pub")) {
      witness.subscribe("resend", Qos.AT_LEAST_ONCE);
      publisher.comesFirstTo(a);
      byte[] payload = "once".getBytes(UTF_8);
      publisher.raw().send(RawClient.publish("resend", payload, Qos.EXACTLY_ONCE, 1));
      assertThat(publisher.raw().read(Pubrec.class).reason().failure()).isFalse();
      publisher.comesBackTo(b);
      publisher.publish("resend", "once", Qos.EXACTLY_ONCE);
      publisher.publish("resend", "end", Qos.AT_LEAST_ONCE);
      assertThat(witness.next(2)).containsExactly("once", "end");
    }
  }

  @Test
  void aSessionEndsWithItsTimeOnEveryNode() throws Exception {
    try (Wanderer brief = new Wanderer("expires", 1, null);
        Wanderer kept = new Wanderer("expires-not")) {
      for (Wanderer each : List.of(brief, kept)) {
        each.comesFirstTo(a);
        each.subscribe("expires", Qos.AT_LEAST_ONCE);
        each.leave();
      }
      long left = System.nanoTime();
      Duration enough = Duration.ofSeconds(3);
      Await.until("its time is over", () -> System.nanoTime() - left > enough.toNanos());
      brief.comesFirstTo(b);
      brief.expectNothing();
      kept.comesBackTo(b);
    }
  }

  @Test
  void aDelayedWillIsCancelledByComingBackToTheOtherNode() throws Exception {
    try (Wanderer witness = publisher(b, "delay-witness")) {
      witness.subscribe("will/delay/+", Qos.AT_LEAST_ONCE);
      try (Wanderer returns = mortal("delay-returns", 2);
          Wanderer staysAway = mortal("delay-away", 2)) {
        returns.comesFirstTo(a);
        staysAway.comesFirstTo(a);
        returns.cut();
        staysAway.cut();
        returns.comesBackTo(b);
        assertThat(witness.next().topic()).isEqualTo("will/delay/delay-away");
      }
    }
  }

  private static Wanderer mortal(String id, long delaySeconds) {
    Will will =
        new Will(
            "will/delay/" + id,
            "gone".getBytes(UTF_8),
            Qos.AT_LEAST_ONCE,
            false,
            Properties.NONE,
            -1,
            delaySeconds);
    return new Wanderer(id, 60, will);
  }
}
