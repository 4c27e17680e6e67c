package io.forebay.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.it.Await;
import io.forebay.it.Inbox;
import io.forebay.it.NodeProcess;
import io.forebay.it.QueueClient;
import io.forebay.it.RawClient;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Consumers on different nodes that share the work.
class KafkaGroupIT {
  private static final int MESSAGES = 300;

  private static KafkaCluster cluster;
  private static NodeProcess a;
  private static NodeProcess b;

  @BeforeAll
  static void twoNodes() throws Exception {
    cluster = KafkaCluster.shared();
    a = KafkaNodes.start(cluster);
    b = KafkaNodes.start(cluster);
  }

  @AfterAll
  static void end() {
    a.close();
    b.close();
  }

  private static Set<String> numbers(int from, int to) {
    Set<String> numbers = new HashSet<>();
    IntStream.range(from, to).forEach(i -> numbers.add(Integer.toString(i)));
    return numbers;
  }

  private static void publish(NodeProcess node, String id, String topic, int from, int to)
      throws Exception {
    try (Wanderer publisher = new Wanderer(id, 0, null)) {
      publisher.comesFirstTo(node);
      for (int i = from; i < to; i++) {
        publisher.publish(topic, Integer.toString(i), Qos.AT_LEAST_ONCE);
      }
    }
  }

  /// A consumer that acknowledges all it gets and says what it was.
  private static RawClient member(NodeProcess node, String id, String filter, Inbox<String> to)
      throws Exception {
    RawClient member = RawClient.connected(node, id);
    assertThat(member.subscribe(filter, Qos.AT_LEAST_ONCE).reasons())
        .containsExactly(ReasonCode.GRANTED_QOS_1);
    Thread.ofVirtual().start(() -> relay(member, id, to));
    return member;
  }

  private static void relay(RawClient member, String id, Inbox<String> to) {
    try {
      for (Packet packet = member.readOrEnd(); packet != null; packet = member.readOrEnd()) {
        Publish message = (Publish) packet;
        to.add(id + " " + new String(message.payload(), UTF_8));
        member.sendIfOpen(Puback.of(message.packetId(), ReasonCode.SUCCESS));
      }
    } catch (Exception | AssertionError e) {
      // Closed; whoever misses a message says so.
      to.add(id + " ended");
    }
  }

  private static void eachOnceToBoth(Inbox<String> all) throws Exception {
    Set<String> received = new HashSet<>();
    Set<String> members = new TreeSet<>();
    for (int i = 0; i < MESSAGES; i++) {
      String[] part = all.next().split(" ", -1);
      members.add(part[0]);
      assertThat(received.add(part[1])).as("twice: %s", part[1]).isTrue();
    }
    assertThat(received).isEqualTo(numbers(0, MESSAGES));
    assertThat(members).hasSize(2);
  }

  @Test
  void eachMessageGoesToOneMemberOfAGroupOnTwoNodes() throws Exception {
    Inbox<String> all = new Inbox<>();
    try (RawClient _ = member(a, "group-a", "$share/group/grouped/+", all);
        RawClient _ = member(b, "group-b", "$share/group/grouped/+", all)) {
      publish(a, "group-pub-a", "grouped/x", 0, MESSAGES / 2);
      publish(b, "group-pub-b", "grouped/y", MESSAGES / 2, MESSAGES);
      eachOnceToBoth(all);
      assertThat(all.size()).isZero();
    }
  }

  @Test
  void aDeclaredQueueHasConsumersOnTwoNodes() throws Exception {
    Inbox<String> all = new Inbox<>();
    try (QueueClient declares = new QueueClient(a, "declares")) {
      declares.create("declared", "declared/#");
    }
    Await.until("the other node knows of it", () -> knows(b, "declared"));
    try (RawClient _ = member(a, "queue-a", "$queue/declared", all);
        RawClient _ = member(b, "queue-b", "$queue/declared", all)) {
      publish(b, "queue-pub", "declared/x", 0, MESSAGES);
      eachOnceToBoth(all);
      assertThat(all.size()).isZero();
    }
  }

  private static boolean knows(NodeProcess node, String queue) throws Exception {
    try (QueueClient asks = new QueueClient(node, "asks")) {
      return asks.ask("list", "").contains("\"name\":\"" + queue + "\"");
    }
  }

  @Test
  void whatMembersOfAKilledNodeDidNotAcknowledgeGoesToTheOthers() throws Exception {
    int held = 50;
    Inbox<String> all = new Inbox<>();
    try (NodeProcess dies = KafkaNodes.start(cluster)) {
      RawClient victim = RawClient.connected(dies, "orphan-victim");
      victim.subscribe("$share/orphans/orphan/+", Qos.AT_LEAST_ONCE);
      publish(a, "orphan-pub", "orphan/x", 0, held);
      Set<String> heldBack = new HashSet<>();
      for (int i = 0; i < held; i++) {
        heldBack.add(new String(victim.read(Publish.class).payload(), UTF_8));
      }
      assertThat(heldBack).isEqualTo(numbers(0, held));
      try (RawClient _ = member(b, "orphan-survivor", "$share/orphans/orphan/+", all)) {
        dies.killAndWait();
        publish(a, "orphan-pub", "orphan/y", held, 2 * held);
        List<String> received = new ArrayList<>();
        while (new HashSet<>(received).size() < 2 * held) {
          received.add(all.next().split(" ", -1)[1]);
        }
        assertThat(received).doesNotHaveDuplicates();
      }
      victim.close();
    }
  }

  @Test
  void aGroupMovesWhenTheNodeWithoutMembersDies() throws Exception {
    Inbox<String> all = new Inbox<>();
    try (NodeProcess dies = KafkaNodes.start(cluster)) {
      // It was the first, so that it is the one who deals out.
      RawClient first = RawClient.connected(dies, "dealer-first");
      first.subscribe("$share/dealt/dealt/+", Qos.AT_LEAST_ONCE);
      try (RawClient _ = member(a, "dealer-a", "$share/dealt/dealt/+", all)) {
        first.close();
        dies.killAndWait();
        publish(b, "dealer-pub", "dealt/x", 0, MESSAGES);
        Set<String> received = new HashSet<>();
        while (received.size() < MESSAGES) {
          received.add(all.next().split(" ", -1)[1]);
        }
        assertThat(received).isEqualTo(numbers(0, MESSAGES));
      }
    }
  }
}
