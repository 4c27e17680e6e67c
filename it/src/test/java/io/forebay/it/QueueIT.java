package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `docs/guide/queues.md` promises to who consumes a declared queue.
@ExtendWith(SharedNode.class)
class QueueIT {
  private static final int MESSAGES = 300;

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }

  private static void publish(QueueClient publisher, String topic, int from, int to)
      throws Exception {
    for (String each : numbers(from, to)) {
      publisher.publish(topic, each);
    }
  }

  // ---------------------------------------------------------------- to whom

  @Test
  void everyMessageGoesToOneConsumerAndEveryConsumerGetsSome(NodeProcess node) throws Exception {
    Inbox<String[]> all = new Inbox<>();
    List<Client> consumers = new ArrayList<>();
    try (QueueClient publisher = new QueueClient(node, "q-share")) {
      publisher.create("share", "q-share/#");
      for (ClientLibrary library :
          List.of(
              new ClientLibrary("hive5", HiveMq5Client::new),
              new ClientLibrary("hive3", HiveMq3Client::new),
              new ClientLibrary("paho5", Paho5Client::new))) {
        Client consumer = library.connect(node, "q-share-" + library.name());
        consumers.add(consumer);
        consumer.subscribe("$queue/share", 1);
        Thread.ofVirtual().start(() -> relay(consumer, library.name(), all));
      }
      publish(publisher, "q-share/x", 0, MESSAGES);
      Map<String, Integer> shares = new TreeMap<>();
      Set<String> received = new TreeSet<>();
      for (int i = 0; i < MESSAGES; i++) {
        String[] each = all.next();
        shares.merge(each[0], 1, Integer::sum);
        assertThat(received.add(each[1])).as("twice: %s", each[1]).isTrue();
      }
      assertThat(received).containsExactlyInAnyOrderElementsOf(numbers(0, MESSAGES));
      assertThat(shares).hasSize(3);
      Await.until(
          "all are acknowledged", () -> publisher.figures("share").contains("\"pending\":0,"));
    } finally {
      consumers.forEach(Client::close);
    }
  }

  private static void relay(Client consumer, String name, Inbox<String[]> to) {
    try {
      while (true) {
        to.add(new String[] {name, new String(consumer.receive().payload(), UTF_8)});
      }
    } catch (Exception | AssertionError e) {
      // No more came; whoever misses one says so.
      to.add(new String[] {name, "ended"});
    }
  }

  @Test
  void whatIsPublishedWaitsWhileNobodyConsumesAndComesInOrder(NodeProcess node) throws Exception {
    try (QueueClient publisher = new QueueClient(node, "q-waits")) {
      publisher.publish("q-waits/x", "before it was made");
      publisher.create("waits", "q-waits/+");
      for (int round = 0; round < 2; round++) {
        publish(publisher, "q-waits/x", 3 * round, 3 * round + 3);
        publisher.publish("q-waits/not/this", "x");
        try (RawClient consumer = QueueClient.consumer(node, "q-waits-consumer", "waits")) {
          for (String each : numbers(3 * round, 3 * round + 3)) {
            QueueClient.acknowledge(consumer, QueueClient.next(consumer, each));
          }
          consumer.expectNothingElse();
        }
        Await.until("it left", () -> publisher.figures("waits").contains("\"members\":0"));
      }
    }
  }

  @Test
  void aConsumerWhoseWindowIsFullIsLeftOut(NodeProcess node) throws Exception {
    try (QueueClient publisher = new QueueClient(node, "q-full");
        RawClient narrow = RawClient.connected(node, QueueClient.narrow("q-full-narrow", 2));
        RawClient wide = RawClient.connected(node, "q-full-wide")) {
      publisher.create("full", "q-full");
      narrow.subscribe("$queue/full", Qos.AT_LEAST_ONCE);
      wide.subscribe("$queue/full", Qos.AT_LEAST_ONCE);
      publish(publisher, "q-full", 0, 10);
      Set<String> received = new TreeSet<>();
      for (int i = 0; i < 8; i++) {
        received.add(QueueClient.text(wide.read(Publish.class)));
      }
      received.add(QueueClient.text(narrow.read(Publish.class)));
      received.add(QueueClient.text(narrow.read(Publish.class)));
      assertThat(received).containsExactlyElementsOf(numbers(0, 10));
      wide.expectNothingElse();
      narrow.expectNothingElse();
    }
  }

  @Test
  void aQueueThatIsNotThereIsRefused(NodeProcess node) throws Exception {
    try (RawClient client = RawClient.connected(node, "q-nowhere")) {
      var suback = client.subscribe("$queue/nowhere", Qos.AT_LEAST_ONCE);
      assertThat(suback.reasons()).containsExactly(ReasonCode.TOPIC_FILTER_INVALID);
      assertThat(suback.reasonString()).contains("no such queue: 'nowhere'");
    }
  }

  // ---------------------------------------------------------------- failed

  @Test
  void whatAConsumerLeavesUnacknowledgedGoesToAnotherInOrder(NodeProcess node) throws Exception {
    try (QueueClient publisher = new QueueClient(node, "q-leaves")) {
      publisher.create("leaves", "q-leaves");
      publish(publisher, "q-leaves", 0, 20);
      try (RawClient first = QueueClient.consumer(node, "q-leaves-first", "leaves")) {
        for (String each : numbers(0, 20)) {
          Publish message = QueueClient.next(first, each);
          if (each.equals("7")) {
            QueueClient.acknowledge(first, message);
          }
        }
        first.expectNothingElse();
      }
      try (RawClient second = QueueClient.consumer(node, "q-leaves-second", "leaves")) {
        for (String each : numbers(0, 20)) {
          if (!each.equals("7")) {
            Publish again = QueueClient.next(second, each);
            assertThat(again.dup()).isFalse();
            assertThat(again.properties().userProperties())
                .containsExactly(new UserProperty("redeliveries", "1"));
          }
        }
        second.expectNothingElse();
      }
    }
  }

  @Test
  void whatFailsTooOftenIsPublishedAsADeadLetter(NodeProcess node) throws Exception {
    try (QueueClient publisher = new QueueClient(node, "q-fails");
        RawClient watcher = RawClient.connected(node, "q-fails-watcher")) {
      watcher.subscribe("failed/q", Qos.AT_LEAST_ONCE);
      publisher.create("fails", "q-fails", ",\"maxRedeliveries\":2,\"deadLetter\":\"failed/q\"");
      publisher.publish("q-fails", "poison", new UserProperty("own", "kept"));
      try (RawClient leaves = QueueClient.consumer(node, "q-fails-leaves", "fails")) {
        QueueClient.next(leaves, "poison");
      }
      try (RawClient refuses = QueueClient.consumer(node, "q-fails-refuses", "fails")) {
        QueueClient.refuse(refuses, QueueClient.next(refuses, "poison"));
        QueueClient.next(refuses, "poison");
      }
      Publish letter = QueueClient.next(watcher, "poison");
      assertThat(letter.topic()).isEqualTo("failed/q");
      assertThat(letter.properties().userProperties())
          .containsExactly(
              new UserProperty("own", "kept"),
              new UserProperty("queue", "fails"),
              new UserProperty("topic", "q-fails"),
              new UserProperty("redeliveries", "3"),
              new UserProperty("reason", "redelivered too often"));
      try (RawClient consumer = QueueClient.consumer(node, "q-fails-last", "fails")) {
        consumer.expectNothingElse();
        watcher.expectNothingElse();
      }
      assertThat(publisher.figures("fails"))
          .contains("\"pending\":0,")
          .contains("\"redelivered\":3,")
          .contains("\"deadLettered\":1");
    }
  }

  @Test
  void whatIsTooOldIsNotDealtOut(NodeProcess node) throws Exception {
    try (QueueClient publisher = new QueueClient(node, "q-old");
        RawClient watcher = RawClient.connected(node, "q-old-watcher")) {
      watcher.subscribe("too/old", Qos.AT_LEAST_ONCE);
      publisher.create("old", "q-old", ",\"ttlMillis\":1,\"deadLetter\":\"too/old\"");
      publisher.create("young", "q-old", ",\"ttlMillis\":3600000");
      publisher.publish("q-old", "x");
      long published = System.currentTimeMillis();
      Await.until("it is too old", () -> System.currentTimeMillis() > published + 1);
      try (RawClient consumer = QueueClient.consumer(node, "q-old-consumer", "old");
          RawClient other = QueueClient.consumer(node, "q-young-consumer", "young")) {
        assertThat(QueueClient.next(watcher, "x").properties().userProperties())
            .contains(new UserProperty("reason", "too old"));
        consumer.expectNothingElse();
        QueueClient.next(other, "x");
      }
    }
  }

  // ---------------------------------------------------------------- exclusive, in order

  @Test
  void ofExclusiveConsumersTheSecondWaitsUntilTheFirstIsGone(NodeProcess node) throws Exception {
    try (QueueClient publisher = new QueueClient(node, "q-one")) {
      publisher.create("one", "q-one", ",\"exclusive\":true");
      try (RawClient second = RawClient.connected(node, "q-one-second")) {
        try (RawClient first = QueueClient.consumer(node, "q-one-first", "one")) {
          second.subscribe("$queue/one", Qos.AT_LEAST_ONCE);
          publish(publisher, "q-one", 0, 4);
          QueueClient.acknowledge(first, QueueClient.next(first, "0"));
          QueueClient.next(first, "1");
          QueueClient.next(first, "2");
          QueueClient.next(first, "3");
          second.expectNothingElse();
        }
        for (String each : numbers(1, 4)) {
          QueueClient.next(second, each);
        }
        publisher.publish("q-one", "new");
        QueueClient.next(second, "new");
      }
    }
  }

  /// A message as one of several consumers got it.
  private record Got(String consumer, String key, int number) {}

  private static void listen(RawClient client, String consumer, Inbox<Got> to) {
    try {
      while (client.readOrEnd() instanceof Publish message) {
        String[] part = QueueClient.text(message).split(" ");
        to.add(new Got(consumer, part[0], Integer.parseInt(part[1])));
      }
    } catch (Exception e) {
      // It was closed.
      to.add(new Got(consumer, "ended", 0));
    }
  }

  /// Takes so many, and asserts that each key is with one consumer, in order.
  private static Map<String, String> holders(Inbox<Got> all, int count) throws Exception {
    Map<String, String> holders = new TreeMap<>();
    Map<String, Integer> last = new HashMap<>();
    for (int i = 0; i < count; i++) {
      Got got = all.next();
      assertThat(holders.merge(got.key, got.consumer, (before, now) -> before))
          .as("%s", got)
          .isEqualTo(got.consumer);
      assertThat(got.number).as("%s", got).isEqualTo(last.merge(got.key, 1, Integer::sum) - 1);
    }
    return holders;
  }

  @ParameterizedTest
  @CsvSource({"topic, by-topic", "property:customer, by-property"})
  void messagesOfOneKeyAreNeverWithTwoConsumers(String orderBy, String name, NodeProcess node)
      throws Exception {
    int keys = 6;
    int each = 10;
    Inbox<Got> all = new Inbox<>();
    try (QueueClient publisher = new QueueClient(node, "q-" + name)) {
      publisher.create(name, "q-" + name + "/#", ",\"orderBy\":\"" + orderBy + "\"");
      try (RawClient one = QueueClient.consumer(node, name + "-one", name);
          RawClient two = QueueClient.consumer(node, name + "-two", name)) {
        Thread.ofVirtual().start(() -> listen(one, "one", all));
        Thread.ofVirtual().start(() -> listen(two, "two", all));
        for (int number = 0; number < each; number++) {
          for (int key = 0; key < keys; key++) {
            String topic = orderBy.equals("topic") ? "/" + key : "/x";
            publisher.publish(
                "q-" + name + topic,
                "key" + key + " " + number,
                new UserProperty("customer", "c" + key));
          }
        }
        Map<String, String> holders = holders(all, keys * each);
        assertThat(holders).hasSize(keys);
        // The freest gets a new key.
        assertThat(holders.values()).containsOnly("one", "two");
      }
      // Both are gone and acknowledged nothing.
      Inbox<Got> again = new Inbox<>();
      try (RawClient heir = QueueClient.consumer(node, name + "-heir", name)) {
        Thread.ofVirtual().start(() -> listen(heir, "heir", again));
        assertThat(holders(again, keys * each)).hasSize(keys);
      }
    }
  }

  // ---------------------------------------------------------------- requests

  @Test
  void aRequestThatMakesNoSenseIsAnsweredInWords(NodeProcess node) throws Exception {
    try (QueueClient client = new QueueClient(node, "q-asks")) {
      assertThat(client.ask("create", "{")).startsWith("{\"error\":\"not JSON: ");
      assertThat(client.ask("create", "[]")).isEqualTo("{\"error\":\"not a JSON object\"}");
      assertThat(client.ask("create", "")).contains("'name' is missing");
      assertThat(client.ask("create", "{\"name\":\"a\"}")).contains("'filters' is missing");
      assertThat(client.ask("create", "{\"name\":\"a\",\"filters\":[]}"))
          .contains("1 to 100 filters");
      assertThat(client.ask("create", "{\"name\":\"a\",\"filters\":[\"$CONTROL/#\"]}"))
          .contains("not a filter that a queue may have");
      assertThat(client.ask("peek", "{\"name\":\"a\",\"count\":\"3\"}")).contains("whole number");
      assertThat(client.ask("drop", "{}")).contains("there are create, delete, list, peek");
    }
  }
}
