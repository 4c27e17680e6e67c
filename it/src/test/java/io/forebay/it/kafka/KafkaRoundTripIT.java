package io.forebay.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.it.Await;
import io.forebay.it.NodeProcess;
import io.forebay.it.RawClient;
import io.forebay.it.Spawned;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.Pingreq;
import io.forebay.mqtt.Pingresp;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Subscribe;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages between two nodes on one Kafka cluster, and between MQTT and whoever else uses Kafka.
class KafkaRoundTripIT {
  private static KafkaCluster cluster;
  private static NodeProcess a;
  private static NodeProcess b;

  @BeforeAll
  static void twoNodes() throws Exception {
    cluster = KafkaCluster.shared();
    for (String each : List.of("fleet", "bad", "spoken", "written", "notifications", "ingested")) {
      cluster.createTopic(each, 4);
    }
    String[] settings = {"streams.ingested.consume=none", "limits.packet-size=64KiB"};
    a = KafkaNodes.start(cluster, settings);
    b = KafkaNodes.start(cluster, settings);
  }

  @AfterAll
  static void end() {
    a.close();
    b.close();
  }

  private static Publish message(
      String topic, String payload, Qos qos, boolean retain, long expiry, Properties properties) {
    return new Publish(
        qos.level() == 0 ? 0 : 1,
        false,
        qos,
        retain,
        topic,
        0,
        expiry,
        Publish.NO_SUBSCRIPTION_IDS,
        properties,
        payload.getBytes(UTF_8));
  }

  private static Wanderer subscriber(NodeProcess node, String id, String filter) throws Exception {
    Wanderer subscriber = new Wanderer(id, 0, null);
    subscriber.comesFirstTo(node);
    subscriber.subscribe(filter, Qos.EXACTLY_ONCE);
    return subscriber;
  }

  private static Wanderer publisher(NodeProcess node, String id) throws Exception {
    Wanderer publisher = new Wanderer(id, 0, null);
    publisher.comesFirstTo(node);
    return publisher;
  }

  @ParameterizedTest
  @EnumSource(Qos.class)
  void aMessageReachesTheOtherNodeWithAllItCarries(Qos qos) throws Exception {
    List<UserProperty> user =
        List.of(
            new UserProperty("b", "1"),
            new UserProperty("a", ""),
            new UserProperty("b", "ü"),
            new UserProperty("forebay-qos", "7"));
    Properties properties =
        new Properties(
            true, true, "text/plain", "answers/here", new byte[] {0, 1, (byte) 0xFF}, user);
    String topic = "carried/" + qos;
    try (Wanderer subscriber = subscriber(b, "carried-sub-" + qos, topic);
        Wanderer publisher = publisher(a, "carried-pub-" + qos)) {
      publisher.publish(message(topic, "ö", qos, false, 1_000, properties));
      Publish came = subscriber.next();
      assertThat(came.topic()).isEqualTo(topic);
      assertThat(Wanderer.text(came)).isEqualTo("ö");
      assertThat(came.qos()).isEqualTo(qos);
      assertThat(came.retain()).isFalse();
      assertThat(came.expirySeconds()).isBetween(900L, 1_000L);
      assertThat(came.properties()).usingRecursiveComparison().isEqualTo(properties);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fleet",
        "fleet/",
        "fleet/a",
        "fleet//",
        "/",
        "/fleet",
        "other",
        "other/a b/ü",
        "a//",
        "fleets"
      })
  void everyTopicComesOutAsItWentIn(String topic) throws Exception {
    try (Wanderer subscriber = subscriber(b, "names-sub", topic);
        Wanderer publisher = publisher(a, "names-pub")) {
      publisher.publish(topic, topic, Qos.AT_LEAST_ONCE);
      Publish came = subscriber.next();
      assertThat(came.topic()).isEqualTo(topic);
      assertThat(Wanderer.text(came)).isEqualTo(topic);
    }
  }

  @Test
  void whatOnePublisherSaysOnATopicComesInItsOrder() throws Exception {
    int messages = 900;
    try (Wanderer subscriber = subscriber(b, "order-sub", "order/+");
        RawClient publisher = RawClient.connected(a, "order-pub")) {
      Thread.ofVirtual().start(() -> pour(publisher, messages));
      for (int i = 0; i < messages; i++) {
        assertThat(publisher.read(Puback.class).reason().failure()).isFalse();
      }
      assertThat(subscriber.next(messages))
          .isEqualTo(IntStream.range(0, messages).mapToObj(Integer::toString).toList());
    }
  }

  private static void pour(RawClient publisher, int messages) {
    for (int i = 0; i < messages; i++) {
      byte[] payload = Integer.toString(i).getBytes(UTF_8);
      publisher.sendIfOpen(RawClient.publish("order/x", payload, Qos.AT_LEAST_ONCE, 1 + i));
    }
  }

  // ---------------------------------------------------------------- retained

  private static List<Publish> retained(NodeProcess node, String topic) throws Exception {
    List<Publish> found = new ArrayList<>();
    try (RawClient looker = RawClient.connected(node, "looks-at-retained")) {
      looker.send(
          new Subscribe(
              1,
              0,
              List.of(),
              List.of(new Subscribe.Entry(topic, Qos.AT_MOST_ONCE, false, true, 0))));
      looker.send(Pingreq.INSTANCE);
      for (Packet next = looker.read(); !(next instanceof Pingresp); next = looker.read()) {
        if (next instanceof Publish publish) {
          found.add(publish);
        }
      }
    }
    return found;
  }

  @Test
  void aRetainedMessageIsThereOnEveryNodeUntilItIsClearedOnAny() throws Exception {
    try (Wanderer onA = publisher(a, "retained-a");
        Wanderer onB = publisher(b, "retained-b")) {
      onA.publish(message("kept/x", "old", Qos.AT_LEAST_ONCE, true, -1, Properties.NONE));
      onA.publish(message("kept/x", "new", Qos.EXACTLY_ONCE, true, -1, Properties.NONE));
      for (NodeProcess node : List.of(a, b)) {
        Await.until(
            "the retained message is there",
            () ->
                retained(node, "kept/x").stream()
                    .anyMatch(each -> each.retain() && Wanderer.text(each).equals("new")));
      }
      onB.publish(message("kept/x", "", Qos.AT_LEAST_ONCE, true, -1, Properties.NONE));
      for (NodeProcess node : List.of(a, b)) {
        Await.until("it is gone", () -> retained(node, "kept/x").isEmpty());
      }
    }
  }

  // ---------------------------------------------------------------- Kafka's side

  @Test
  void aRecordOfAnyKafkaClientIsAMessageAndItsHeadersAreUserProperties() throws Exception {
    try (Wanderer onA = subscriber(a, "foreign-a", "fleet/+/speed");
        Wanderer onB = subscriber(b, "foreign-b", "fleet/#")) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>("fleet", "car66/speed".getBytes(UTF_8), "88".getBytes(UTF_8));
      record.headers().add("unit", "km/h".getBytes(UTF_8));
      record.headers().add("binary", new byte[] {(byte) 0xFF, 0});
      record.headers().add("unit", "again".getBytes(UTF_8));
      cluster.produce(record);
      for (Wanderer each : List.of(onA, onB)) {
        Publish came = each.next();
        assertThat(came.topic()).isEqualTo("fleet/car66/speed");
        assertThat(Wanderer.text(came)).isEqualTo("88");
        assertThat(came.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThat(came.properties().userProperties())
            .containsExactly(new UserProperty("unit", "km/h"), new UserProperty("unit", "again"));
      }
    }
  }

  @Test
  void whatIsTypedIntoTheConsoleProducerArrivesAtSubscribers() throws Exception {
    try (Wanderer subscriber = subscriber(a, "spoken-sub", "spoken/#");
        Spawned producer =
            KafkaTools.consoleProducer(
                cluster,
                "spoken",
                "--reader-property",
                "parse.key=true",
                "--reader-property",
                "key.separator=:",
                "--reader-property",
                "parse.headers=true",
                "--reader-property",
                "headers.delimiter=|",
                "--reader-property",
                "headers.separator=;",
                "--reader-property",
                "headers.key.separator=,")) {
      producer.type("from,console;to,you|car66/door:open");
      producer.endOfInput();
      producer.succeeded();
      Publish came = subscriber.next();
      assertThat(came.topic()).isEqualTo("spoken/car66/door");
      assertThat(Wanderer.text(came)).isEqualTo("open");
      assertThat(came.properties().userProperties())
          .containsExactly(new UserProperty("from", "console"), new UserProperty("to", "you"));
    }
  }

  @Test
  void theConsoleConsumerSeesWhatIsPublished() throws Exception {
    try (Wanderer publisher = publisher(a, "written-pub");
        Spawned consumer =
            KafkaTools.consoleConsumer(
                cluster,
                "written",
                "--max-messages",
                "2",
                "--formatter-property",
                "print.key=true",
                "--formatter-property",
                "key.separator= is ")) {
      publisher.publish("written/car66/speed", "88", Qos.AT_LEAST_ONCE);
      assertThat(consumer.line()).isEqualTo("car66/speed is 88");
      publisher.publish("written", "no key", Qos.EXACTLY_ONCE);
      assertThat(consumer.line()).isEqualTo("null is no key");
    }
  }

  @Test
  void whatNoStreamTakesIsInTheDefaultTopicUnderItsWholeTopic() throws Exception {
    try (Wanderer publisher = publisher(a, "default-pub")) {
      publisher.publish("elsewhere/car66", "in the default topic", Qos.EXACTLY_ONCE);
      try (KafkaReader reader = cluster.reader("forebay")) {
        ConsumerRecord<byte[], byte[]> record = reader.next("in the default topic");
        assertThat(KafkaReader.key(record)).isEqualTo("elsewhere/car66");
        assertThat(KafkaReader.header(record, "forebay-qos")).isEqualTo("2");
        assertThat(KafkaReader.header(record, "forebay-publisher")).isEqualTo("default-pub");
        assertThat(KafkaReader.header(record, "forebay-topic")).isNull();
      }
    }
  }

  @Test
  void recordsThatCannotBeMessagesAreSkippedAndStopNobody() throws Exception {
    try (Wanderer subscriber = subscriber(a, "bad-sub", "bad/#")) {
      bad("plus+", "x".getBytes(UTF_8));
      bad("hash/#", "x".getBytes(UTF_8));
      bad("nul\0", "x".getBytes(UTF_8));
      cluster.produce(
          new ProducerRecord<>(
              "bad", 0, new byte[] {(byte) 0xC0, (byte) 0x80}, "x".getBytes(UTF_8)));
      cluster.produce(new ProducerRecord<>("bad", 0, "tombstone".getBytes(UTF_8), null));
      bad("large", new byte[100_000]);
      bad("good", "good".getBytes(UTF_8));
      Publish came = subscriber.next();
      assertThat(came.topic()).isEqualTo("bad/good");
      subscriber.expectNothing();
      Await.until(
          "the log names the place",
          () -> a.log().contains("offset 5 of partition 0 of the Kafka topic bad"));
    }
  }

  private static void bad(String key, byte[] value) throws Exception {
    cluster.produce(new ProducerRecord<>("bad", 0, key.getBytes(UTF_8), value));
  }

  // ---------------------------------------------------------------- vehicles and notifications

  @Test
  void vehiclesAreOnlyTakenInAndANotificationReachesItsCarAlone() throws Exception {
    try (Wanderer car66 = subscriber(b, "car66", "notifications/car66");
        Wanderer car67 = subscriber(a, "car67", "notifications/car67");
        Wanderer curious = subscriber(b, "curious", "ingested/#");
        Wanderer vehicle = publisher(a, "vehicle")) {
      curious.subscribe("notifications/+", Qos.AT_LEAST_ONCE);
      vehicle.publish("ingested/car66/speed", "88", Qos.AT_LEAST_ONCE);
      vehicle.publish("ingested/car66/speed", "89", Qos.EXACTLY_ONCE);
      try (KafkaReader reader = cluster.reader("ingested")) {
        assertThat(KafkaReader.key(reader.next("88"))).isEqualTo("car66/speed");
        assertThat(KafkaReader.key(reader.next("89"))).isEqualTo("car66/speed");
      }
      // In one partition, so that each subscriber has seen the first one when the second comes.
      notify("car66", "slow down");
      notify("car67", "go on");
      assertThat(car66.nextText()).isEqualTo("slow down");
      assertThat(car67.nextText()).isEqualTo("go on");
      assertThat(curious.next(2)).containsExactly("slow down", "go on");
      for (Wanderer each : List.of(car66, car67, curious)) {
        each.expectNothing();
      }
    }
  }

  private static void notify(String car, String text) throws Exception {
    cluster.produce(
        new ProducerRecord<>("notifications", 0, car.getBytes(UTF_8), text.getBytes(UTF_8)));
  }

  @Test
  void qos0IsPublishedWithoutAnAcknowledgementAndArrivesOnBothNodes() throws Exception {
    try (Wanderer onA = subscriber(a, "zero-a", "zero/x");
        Wanderer onB = subscriber(b, "zero-b", "zero/x");
        RawClient publisher = RawClient.connected(a, "zero-pub")) {
      publisher.send(RawClient.publish("zero/x", "0".getBytes(UTF_8), Qos.AT_MOST_ONCE, 0));
      assertThat(onA.nextText()).isEqualTo("0");
      assertThat(onB.nextText()).isEqualTo("0");
      publisher.send(RawClient.publish("zero/x", "1".getBytes(UTF_8), Qos.AT_LEAST_ONCE, 1));
      assertThat(publisher.read(Puback.class).reason()).isEqualTo(ReasonCode.SUCCESS);
      assertThat(onA.nextText()).isEqualTo("1");
      assertThat(onB.nextText()).isEqualTo("1");
    }
  }
}
