package io.forebay.mqtt.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.core.session.QueueSettings;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Declared queues, and groups that wait for their members.
class QueueTest {
  private final TestNode node = TestNode.withDefaults();
  private final TestClient publisher = node.connect(ProtocolVersion.V5, "publisher");

  private void create(String name, QueueSettings settings) {
    List<@Nullable String> answers = new ArrayList<>();
    node.broker.queues().create(node.broker.lanes().getFirst(), name, settings, 10, answers::add);
    node.run();
    assertThat(answers).hasSize(1).containsOnlyNulls();
  }

  private static QueueSettings plain(int maximumRedeliveries, @Nullable String deadLetterTopic) {
    return new QueueSettings(
        List.of("jobs/#"), maximumRedeliveries, deadLetterTopic, 0, false, null);
  }

  @Test
  void aQueueThatNobodyDeclaredIsRefusedWithWordsThatHelp() {
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    Subscribe.Entry entry = new Subscribe.Entry("$queue/jobs", Qos.AT_LEAST_ONCE, false, false, 0);
    client.send(new Subscribe(1, 0, List.of(), List.of(entry)));
    Suback answer = client.next(Suback.class);
    assertThat(answer.reasons()).containsExactly(ReasonCode.TOPIC_FILTER_INVALID);
    assertThat(answer.reasonString())
        .isEqualTo("no such queue: 'jobs'; create it with: forebay queue create");
  }

  @Test
  void aQueueKeepsWhatCameBeforeAnybodyConsumed() {
    create("jobs", plain(QueueSettings.UNLIMITED, null));
    publisher.publish("jobs/1", "x", Qos.AT_LEAST_ONCE, 1);
    TestClient client = node.connect(ProtocolVersion.V3_1_1, "a");
    assertThat(client.subscribe("$queue/jobs", Qos.AT_LEAST_ONCE))
        .containsExactly(ReasonCode.GRANTED_QOS_1);
    client.nextMessage("x");
  }

  @Test
  void whatFailsTooOftenBecomesADeadLetterThatSaysWhy() {
    create("jobs", plain(1, "failed"));
    TestClient watcher = node.connect(ProtocolVersion.V5, "watcher");
    watcher.subscribe("failed", Qos.AT_LEAST_ONCE);
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.subscribe("$queue/jobs", Qos.AT_LEAST_ONCE);
    publisher.publish("jobs/1", "x", Qos.AT_LEAST_ONCE, 1);
    client.send(
        Puback.of(client.nextMessage("x").packetId(), ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR));
    Publish again = client.nextMessage("x");
    assertThat(again.dup()).isFalse();
    assertThat(again.properties().userProperties())
        .containsExactly(new UserProperty("redeliveries", "1"));
    client.send(Puback.of(again.packetId(), ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR));
    assertThat(watcher.nextMessage("x").properties().userProperties())
        .containsExactly(
            new UserProperty("queue", "jobs"),
            new UserProperty("topic", "jobs/1"),
            new UserProperty("redeliveries", "2"),
            new UserProperty("reason", "redelivered too often"));
    assertThat(client.messages()).isEmpty();
  }

  @Test
  void aGroupWaitsForAMemberWhoseSessionIsKept() {
    TestClient client = node.connect(ConnectDraft.v5("a").persistent());
    client.subscribe("$share/g/jobs/#", Qos.AT_LEAST_ONCE);
    client.drop();
    publisher.publish("jobs/1", "x", Qos.AT_LEAST_ONCE, 1);
    TestClient other = node.connect(ProtocolVersion.V5, "b");
    other.subscribe("$share/g/jobs/#", Qos.AT_LEAST_ONCE);
    other.nextMessage("x");
  }

  @Test
  void nobodyListensToRequests() {
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    assertThat(client.subscribe("$CONTROL/#", Qos.AT_LEAST_ONCE))
        .containsExactly(ReasonCode.NOT_AUTHORIZED);
    assertThat(client.subscribe("$share/g/$CONTROL/queue/v1/+", Qos.AT_LEAST_ONCE))
        .containsExactly(ReasonCode.NOT_AUTHORIZED);
  }
}
