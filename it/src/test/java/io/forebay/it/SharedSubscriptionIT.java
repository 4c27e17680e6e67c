package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.Pingreq;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedNode.class)
class SharedSubscriptionIT {
  private static final int MESSAGES = 300;

  private static Set<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).collect(Collectors.toSet());
  }

  private static void publish(RawClient publisher, String topic, int from, int to)
      throws Exception {
    for (int i = from; i < to; i++) {
      byte[] payload = Integer.toString(i).getBytes(UTF_8);
      publisher.send(RawClient.publish(topic, payload, Qos.AT_LEAST_ONCE, 1 + i));
      assertThat(publisher.read(Puback.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    }
  }

  @Test
  void eachMessageGoesToOneMemberAndEveryMemberGetsSome(NodeProcess node) throws Exception {
    Inbox<String> all = new Inbox<>();
    Map<String, Integer> shares = new TreeMap<>();
    List<Client> members = new ArrayList<>();
    try (RawClient publisher = RawClient.connected(node, "share-pub")) {
      for (ClientLibrary library :
          List.of(
              new ClientLibrary("hive5", HiveMq5Client::new),
              new ClientLibrary("hive3", HiveMq3Client::new),
              new ClientLibrary("paho5", Paho5Client::new))) {
        Client member = library.connect(node, "share-" + library.name());
        members.add(member);
        member.subscribe("$share/group/share/+", 1);
        Thread.ofVirtual().start(() -> relay(member, library.name(), all));
      }
      publish(publisher, "share/x", 0, MESSAGES);
      Set<String> received = new HashSet<>();
      for (int i = 0; i < MESSAGES; i++) {
        String[] part = all.next().split(" ");
        shares.merge(part[0], 1, Integer::sum);
        assertThat(received.add(part[1])).as("twice: %s", part[1]).isTrue();
      }
      assertThat(received).isEqualTo(numbers(0, MESSAGES));
      // How many depends on how fast each acknowledges: the freest member is next.
      assertThat(shares).hasSize(3);
    } finally {
      members.forEach(Client::close);
    }
  }

  @Test
  void membersWithEquallyMuchToDoGetEquallyMuch(NodeProcess node) throws Exception {
    List<RawClient> members = new ArrayList<>();
    try (RawClient publisher = RawClient.connected(node, "fair-pub")) {
      for (int i = 0; i < 3; i++) {
        RawClient member = RawClient.connected(node, "fair-" + i);
        members.add(member);
        member.subscribe("$share/fair/fair/x", Qos.AT_LEAST_ONCE);
      }
      publish(publisher, "fair/x", 0, MESSAGES);
      Set<String> received = new HashSet<>();
      for (RawClient member : members) {
        // Nobody acknowledges, so each holds what it got.
        for (int i = 0; i < MESSAGES / members.size(); i++) {
          received.add(new String(member.read(Publish.class).payload(), UTF_8));
        }
      }
      assertThat(received).isEqualTo(numbers(0, MESSAGES));
    } finally {
      for (RawClient member : members) {
        member.close();
      }
    }
  }

  private static void relay(Client member, String name, Inbox<String> to) {
    try {
      while (true) {
        to.add(name + " " + new String(member.receive().payload(), UTF_8));
      }
    } catch (Exception | AssertionError e) {
      // No more came; whoever misses one says so.
      to.add(name + " ended");
    }
  }

  @Test
  void whatAKilledMemberDidNotAcknowledgeGoesToAnother(NodeProcess node) throws Exception {
    int half = 50;
    try (RawClient publisher = RawClient.connected(node, "orphan-pub");
        RawClient survivor = RawClient.connected(node, "orphan-survivor")) {
      Set<String> held = new HashSet<>();
      try (RawClient victim = RawClient.connected(node, "orphan-victim")) {
        victim.subscribe("$share/orphans/orphan/x", Qos.AT_LEAST_ONCE);
        publish(publisher, "orphan/x", 0, half);
        for (int i = 0; i < half; i++) {
          held.add(new String(victim.read(Publish.class).payload(), UTF_8));
        }
        survivor.subscribe("$share/orphans/orphan/x", Qos.AT_LEAST_ONCE);
      }
      assertThat(held).isEqualTo(numbers(0, half));
      Set<String> received = new HashSet<>();
      while (received.size() < half) {
        Publish message = survivor.read(Publish.class);
        received.add(new String(message.payload(), UTF_8));
        survivor.send(Puback.of(message.packetId(), ReasonCode.SUCCESS));
      }
      assertThat(received).isEqualTo(held);
    }
  }

  @Test
  void mosquittosMembersShareAndOthersGetEverything(NodeProcess node) throws Exception {
    try (RawClient everything = RawClient.connected(node, "not-shared");
        RawClient one = RawClient.connected(node, "m-one");
        Spawned member =
            MosquittoClient.sub(
                node, "-V", "mqttv5", "-t", "$share/m/ms/#", "-q", "1", "-F", "message %p")) {
      one.subscribe("$share/m/ms/#", Qos.AT_LEAST_ONCE);
      everything.subscribe("ms/#", Qos.AT_MOST_ONCE);
      Set<String> received = new HashSet<>();
      for (int i = 0; i < 10; i++) {
        MosquittoClient.pub(node, "-t", "ms/x", "-m", "" + i, "-q", "1");
        assertThat(everything.read(Publish.class).payload()).asString(UTF_8).isEqualTo("" + i);
      }
      one.send(Pingreq.INSTANCE);
      for (Packet next = one.read(); next instanceof Publish message; next = one.read()) {
        received.add(new String(message.payload(), UTF_8));
      }
      assertThat(received).isNotEmpty();
      for (int own = received.size(); own < 10; own++) {
        received.add(member.line(l -> l.startsWith("message ")).substring("message ".length()));
      }
      assertThat(received).isEqualTo(numbers(0, 10));
    }
  }
}
