package io.forebay.mqtt.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.core.session.QueueSettings;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// As many messages as may wait in a declared queue: three here.
class QueueBacklogTest {
  private final TestNode node = TestNode.with(new QuotasDraft().queueBacklog(3).quotas());
  private final TestClient publisher = node.connect(ProtocolVersion.V5, "publisher");
  private int packetId;

  private void create(String... filters) {
    List<@Nullable String> answers = new ArrayList<>();
    QueueSettings settings =
        new QueueSettings(List.of(filters), QueueSettings.UNLIMITED, null, 0, false, null);
    node.broker.queues().create(node.broker.lanes().getFirst(), "jobs", settings, 10, answers::add);
    node.run();
    assertThat(answers).hasSize(1).containsOnlyNulls();
  }

  private ReasonCode publish(String topic) {
    publisher.publish(topic, "x", Qos.AT_LEAST_ONCE, ++packetId);
    return publisher.next(Puback.class).reason();
  }

  private void fill(int messages) {
    for (int i = 0; i < messages; i++) {
      assertThat(publish("jobs/1")).isEqualTo(ReasonCode.SUCCESS);
    }
  }

  @Test
  void whatWouldBeMoreIsRefusedInWordsAndOtherTopicsAreNot() {
    create("jobs/#");
    fill(3);
    publisher.publish("jobs/2", "x", Qos.AT_LEAST_ONCE, 9);
    Puback refused = publisher.next(Puback.class);
    assertThat(refused.reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    assertThat(refused.reasonString()).isEqualTo("queue 'jobs' has as many messages as it may");
    assertThat(publish("other")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
  }

  @Test
  void whatIsPublishedAtQos0IsInNoQueueAndGoesOn() {
    create("jobs/#");
    TestClient watcher = node.connect(ProtocolVersion.V5, "watcher");
    watcher.subscribe("jobs/#", Qos.AT_MOST_ONCE);
    publisher.publish("jobs/1", "before");
    watcher.nextMessage("before");
    fill(3);
    watcher.messages();
    publisher.publish("jobs/1", "after");
    watcher.nextMessage("after");
  }

  @Test
  void anMqtt3ClientLosesItsConnectionAndIsNotToldThatItsMessageIsKept() {
    create("jobs/#");
    fill(3);
    TestClient old = node.connect(ProtocolVersion.V3_1_1, "old");
    old.publish("jobs/1", "x", Qos.AT_LEAST_ONCE, 1);
    old.assertClosed();
  }

  @Test
  void whatIsAcknowledgedMakesRoom() {
    create("jobs/#");
    fill(3);
    TestClient consumer = node.connect(ProtocolVersion.V5, "consumer");
    consumer.subscribe("$queue/jobs", Qos.AT_LEAST_ONCE);
    Publish first = consumer.nextMessage("x");
    assertThat(publish("jobs/1")).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    consumer.puback(first.packetId());
    fill(1);
    assertThat(publish("jobs/1")).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
  }

  @Test
  void aMessageThatSeveralFiltersMatchCountsOnce() {
    create("jobs/#", "jobs/+", "jobs/1");
    fill(3);
    assertThat(publish("jobs/1")).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
  }

  @Test
  void aQueueThatIsDeletedHoldsNobodyUp() {
    create("jobs/#");
    fill(3);
    List<@Nullable String> answers = new ArrayList<>();
    node.broker.queues().delete(node.broker.lanes().getFirst(), "jobs", answers::add);
    node.run();
    assertThat(answers).hasSize(1).containsOnlyNulls();
    assertThat(publish("jobs/1")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    create("jobs/#");
    fill(3);
  }

  @Test
  void whoPublishesIntoAQueueThatNobodyConsumesIsToldThatSomebodyWillGetIt() {
    create("jobs/#");
    fill(1);
  }

  @Test
  void aFullQueueStaysFullWhileTimePasses() {
    create("jobs/#");
    fill(3);
    node.seconds(40);
    assertThat(publish("jobs/1")).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    TestClient consumer = node.connect(ProtocolVersion.V5, "consumer");
    consumer.subscribe("$queue/jobs", Qos.AT_LEAST_ONCE);
    consumer.puback(consumer.nextMessage("x").packetId());
    fill(1);
    assertThat(publish("jobs/1")).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
  }
}
