package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Subscribe;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Subscribers that want all and take nothing.
class HungrySubscribersIT {
  private static final int DEAF = 50;
  private static final int MESSAGES = 1_000;
  private static final int PAYLOAD_BYTES = 32 << 10;

  /// What is published would be 31 MiB for each of the deaf, 1.5 GiB in all.
  private static final int MEMORY_MIB = 160;

  private static final int LEVELS = 14;
  private static final int OVERLAPPING = 10_000;

  @ParameterizedTest
  @EnumSource(
      value = Qos.class,
      names = {"AT_MOST_ONCE", "AT_LEAST_ONCE"})
  void fiftyThatNeverReadBehindAFireHoseCostWhatTheirBuffersHold(Qos qos) throws Exception {
    List<RawClient> deaf = new ArrayList<>();
    try (NodeProcess node = NodeProcess.startWith("-Xmx192m");
        BehavedPair pair = BehavedPair.on(node);
        RawClient hose = RawClient.connected(node, "hose")) {
      Memory memory = new Memory(node);
      for (int i = 0; i < DEAF; i++) {
        RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5, 8 << 10);
        deaf.add(client);
        client.connect(RawClient.v5("deaf-" + i));
        client.subscribe("hose", qos);
      }
      byte[] payload = new byte[PAYLOAD_BYTES];
      for (int i = 0; i < MESSAGES; i++) {
        hose.send(RawClient.publish("hose", payload, qos, qos == Qos.AT_MOST_ONCE ? 0 : 1));
        if (qos != Qos.AT_MOST_ONCE) {
          assertThat(hose.read(Puback.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        }
      }
      hose.expectNothingElse();
      pair.goesOn();
      memory.hasGrownByLessThan(MEMORY_MIB);
      assertThat(node.log()).doesNotContain("Exception").doesNotContain("ERROR");
    } finally {
      for (RawClient client : deaf) {
        client.close();
      }
    }
  }

  @Test
  void tenThousandFiltersOfOneClientThatAllMatchDeliverOnce() throws Exception {
    try (NodeProcess node = NodeProcess.startWith("-Xmx128m");
        BehavedPair pair = BehavedPair.on(node);
        RawClient greedy = RawClient.connected(node, "greedy");
        RawClient publisher = RawClient.connected(node, "publisher")) {
      Memory memory = new Memory(node);
      for (int from = 0; from < OVERLAPPING; from += 500) {
        assertThat(subscribe(greedy, from, 500)).allMatch(r -> r == ReasonCode.GRANTED_QOS_1);
      }
      String topic = "deep" + "/x".repeat(LEVELS);
      for (int i = 0; i < 100; i++) {
        publisher.send(RawClient.publish(topic, new byte[10], Qos.AT_LEAST_ONCE, 1));
        Publish message = greedy.read(Publish.class);
        greedy.send(Puback.of(message.packetId(), ReasonCode.SUCCESS));
        publisher.read(Puback.class);
      }
      greedy.expectNothingElse();
      pair.goesOn();
      memory.hasGrownByLessThan(MEMORY_MIB);
    }
  }

  /// Filter number i has a `+` where i has a bit: all match the same topic.
  private static List<ReasonCode> subscribe(RawClient client, int from, int count)
      throws Exception {
    List<Subscribe.Entry> entries = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      StringBuilder filter = new StringBuilder("deep");
      for (int level = 0; level < LEVELS; level++) {
        filter.append((i >> level & 1) == 0 ? "/x" : "/+");
      }
      entries.add(new Subscribe.Entry(filter.toString(), Qos.AT_LEAST_ONCE, false, false, 0));
    }
    return client.subscribe(0, entries.toArray(Subscribe.Entry[]::new)).reasons();
  }
}
