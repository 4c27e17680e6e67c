package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.mqtt.Publish;
import java.util.List;

/// A declared queue whose consumer did some of the work and left.
final class RestartedConsumers implements RestartPromise {
  private static final String FAILED = "restart/failed";

  @Override
  public String name() {
    return "a queue knows what is done, how often the rest has failed, and its settings";
  }

  @Override
  public void before(NodeProcess node) throws Exception {
    try (QueueClient publisher = new QueueClient(node, "restart-consumers")) {
      publisher.create(
          "consumed",
          "restart/consumed",
          ",\"maxRedeliveries\":2,\"deadLetter\":\"" + FAILED + "\"");
      for (String each : List.of("done", "bad", "left")) {
        publisher.publish("restart/consumed", each);
      }
      try (RawClient consumer = QueueClient.consumer(node, "restart-consumer", "consumed")) {
        QueueClient.acknowledge(consumer, QueueClient.next(consumer, "done"));
        Publish bad = QueueClient.next(consumer, "bad");
        QueueClient.next(consumer, "left");
        QueueClient.refuse(consumer, bad);
        QueueClient.next(consumer, "bad");
      }
      Await.until("it left", () -> publisher.figures("consumed").contains("\"members\":0"));
    }
  }

  @Override
  public void after(NodeProcess node, boolean inOrder) throws Exception {
    try (RawClient watcher = RawClient.connected(node, "restart-watcher");
        RawClient consumer = QueueClient.consumer(node, "restart-consumer", "consumed")) {
      watcher.subscribe(FAILED, Qos.AT_LEAST_ONCE);
      Publish bad = QueueClient.next(consumer, "bad");
      assertThat(bad.properties().userProperties())
          .containsExactly(new UserProperty("redeliveries", "2"));
      Publish left = QueueClient.next(consumer, "left");
      assertThat(left.properties().userProperties())
          .containsExactly(new UserProperty("redeliveries", "1"));
      QueueClient.refuse(consumer, bad);
      QueueClient.acknowledge(consumer, left);
      assertThat(QueueClient.next(watcher, "bad").properties().userProperties())
          .contains(new UserProperty("redeliveries", "3"));
      consumer.expectNothingElse();
    }
  }
}
