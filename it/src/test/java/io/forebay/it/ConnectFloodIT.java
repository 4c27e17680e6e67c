package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.ReasonCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// More clients than a node lets in, at once and again and again.
class ConnectFloodIT {
  private static final int MEMORY_MIB = 96;

  /// What the CONNACKs say. Who was closed without one is not in it.
  private static Map<ReasonCode, Integer> answers(List<RawClient> clients) throws IOException {
    Map<ReasonCode, Integer> answers = new EnumMap<>(ReasonCode.class);
    for (RawClient client : clients) {
      Packet answer = client.readOrEnd();
      if (answer instanceof Connack connack) {
        answers.merge(connack.reason(), 1, Integer::sum);
      }
    }
    return answers;
  }

  private static void flood(NodeProcess node, int clients, List<RawClient> all) throws IOException {
    for (int i = 0; i < clients; i++) {
      RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5);
      all.add(client);
      client.sendIfOpen(RawClient.v5("flood-" + i));
    }
  }

  private static void closeAll(List<RawClient> clients) throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
  }

  @Test
  void whoComesFasterThanTheRateWaitsAndWhoFindsTheQueueFullIsTold() throws Exception {
    List<RawClient> all = new ArrayList<>();
    try (NodeProcess node =
            NodeProcess.startWith(
                "-Xmx128m",
                "limits.connect-rate=200/s",
                "limits.connect-queue=300",
                "limits.connect-timeout=1m");
        BehavedPair pair = BehavedPair.on(node)) {
      Memory memory = new Memory(node);
      flood(node, 2_000, all);
      Map<ReasonCode, Integer> answers = answers(all);
      pair.goesOn();
      // All were answered; at least those of the first second and the queue were let in.
      int letIn = answers.getOrDefault(ReasonCode.SUCCESS, 0);
      assertThat(letIn + answers.getOrDefault(ReasonCode.CONNECTION_RATE_EXCEEDED, 0))
          .isEqualTo(2_000);
      assertThat(letIn).isGreaterThanOrEqualTo(490);
      memory.hasGrownByLessThan(MEMORY_MIB);
    } finally {
      closeAll(all);
    }
  }

  @Test
  void whoIsTooManyForTheListenerIsToldOrClosedAndTheOthersStay() throws Exception {
    List<RawClient> all = new ArrayList<>();
    try (NodeProcess node =
            NodeProcess.startWith(
                "-Xmx128m", "listeners.mqtt.connections=52", "limits.connect-timeout=1m");
        BehavedPair pair = BehavedPair.on(node)) {
      Memory memory = new Memory(node);
      flood(node, 1_000, all);
      Map<ReasonCode, Integer> answers = answers(all);
      assertThat(answers.get(ReasonCode.SUCCESS)).isEqualTo(50);
      assertThat(answers).containsKey(ReasonCode.QUOTA_EXCEEDED);
      pair.goesOn();
      closeAll(all);
      Await.until(
          "there is a place again",
          () -> {
            List<RawClient> late = new ArrayList<>();
            flood(node, 1, late);
            boolean letIn = answers(late).containsKey(ReasonCode.SUCCESS);
            closeAll(late);
            return letIn;
          });
      memory.hasGrownByLessThan(MEMORY_MIB);
      assertThat(node.log()).contains("this listener has as many connections as it may");
    } finally {
      closeAll(all);
    }
  }

  @Test
  void oneAddressHasItsShareAndNoMore() throws Exception {
    List<RawClient> all = new ArrayList<>();
    try (NodeProcess node =
        NodeProcess.start("limits.connections-per-address=10", "limits.connect-timeout=1m")) {
      flood(node, 30, all);
      Map<ReasonCode, Integer> answers = answers(all);
      assertThat(answers)
          .containsEntry(ReasonCode.SUCCESS, 10)
          .containsEntry(ReasonCode.QUOTA_EXCEEDED, 20);
    } finally {
      closeAll(all);
    }
  }

  @Test
  void connectionsThatComeAndGoAtOnceLeaveNothing() throws Exception {
    try (NodeProcess node = NodeProcess.startWith("-Xmx128m");
        BehavedPair pair = BehavedPair.on(node)) {
      comeAndGo(node, 2_000);
      Memory memory = new Memory(node);
      comeAndGo(node, 5_000);
      pair.goesOn();
      memory.hasGrownByLessThan(MEMORY_MIB);
      assertThat(node.log()).doesNotContain("Exception").doesNotContain("ERROR");
    }
  }

  private static void comeAndGo(NodeProcess node, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      new RawClient(node.mqtt(), ProtocolVersion.V5).close();
    }
  }
}
