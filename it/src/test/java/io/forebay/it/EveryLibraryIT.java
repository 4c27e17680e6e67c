package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every client of every library can rely on.
@ExtendWith(SharedNode.class)
class EveryLibraryIT {
  /// For the fixed header, the topic and its length, the packet id and the properties.
  private static final int PUBLISH_OVERHEAD_BYTES = 64;

  static Stream<ClientLibrary> libraries() {
    return ClientLibrary.all();
  }

  private static String place(ClientLibrary library, String test) {
    return test + "/" + library.name().replaceAll("\\W+", "-");
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void aMessageArrivesWithTheLowerOfBothQoS(ClientLibrary library, NodeProcess node)
      throws Exception {
    String place = place(library, "qos");
    Map<String, Integer> expected = new TreeMap<>();
    Map<String, Integer> received = new TreeMap<>();
    try (Client subscriber = library.connect(node, "qos-sub-" + library.hashCode());
        Client publisher = library.connect(node, "qos-pub-" + library.hashCode())) {
      for (int subscribed = 0; subscribed <= 2; subscribed++) {
        subscriber.subscribe(place + "/sub" + subscribed + "/+", subscribed);
      }
      for (int published = 0; published <= 2; published++) {
        for (int subscribed = 0; subscribed <= 2; subscribed++) {
          String topic = place + "/sub" + subscribed + "/pub" + published;
          publisher.publish(topic, topic.getBytes(UTF_8), published, false);
          expected.put(topic, Math.min(published, subscribed));
        }
      }
      for (int i = 0; i < expected.size(); i++) {
        Client.Received message = subscriber.receive();
        assertThat(message.payload()).asString(UTF_8).isEqualTo(message.topic());
        assertThat(message.retain()).isFalse();
        assertThat(received.put(message.topic(), message.qos())).as("came twice").isNull();
      }
    }
    assertThat(received).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void aRetainedMessageIsThereForALaterSubscriberUntilItIsCleared(
      ClientLibrary library, NodeProcess node) throws Exception {
    String topic = place(library, "retained");
    try (Client publisher = library.connect(node, "r-pub-" + library.hashCode())) {
      publisher.publish(topic, "first".getBytes(UTF_8), 1, true);
      publisher.publish(topic, "second".getBytes(UTF_8), 1, true);
      try (Client late = library.connect(node, "r-late-" + library.hashCode())) {
        late.subscribe(topic + "/#", 1);
        Client.Received message = late.receive();
        assertThat(message.payload()).asString(UTF_8).isEqualTo("second");
        assertThat(message.retain()).isTrue();
        publisher.publish(topic, "live".getBytes(UTF_8), 1, true);
        Client.Received live = late.receive();
        assertThat(live.payload()).asString(UTF_8).isEqualTo("live");
        assertThat(live.retain()).isFalse();
      }
      publisher.publish(topic, new byte[0], 1, true);
      try (Client later = library.connect(node, "r-later-" + library.hashCode())) {
        later.subscribe(topic, 1);
        publisher.publish(topic, "not retained".getBytes(UTF_8), 1, false);
        assertThat(later.receive().payload()).asString(UTF_8).isEqualTo("not retained");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void aPayloadOfOneMebibyteArrivesUnchanged(ClientLibrary library, NodeProcess node)
      throws Exception {
    String topic = place(library, "large");
    byte[] payload = new byte[(1 << 20) - PUBLISH_OVERHEAD_BYTES];
    new Random(1).nextBytes(payload);
    try (Client subscriber = library.connect(node, "l-sub-" + library.hashCode());
        Client publisher = library.connect(node, "l-pub-" + library.hashCode())) {
      subscriber.subscribe(topic, 1);
      publisher.publish(topic, payload, 1, false);
      assertThat(Arrays.equals(subscriber.receive().payload(), payload)).isTrue();
    }
  }

  @Test
  void whatOneLibraryPublishesEveryOtherReceives(NodeProcess node) throws Exception {
    List<Client> clients = new ArrayList<>();
    try {
      for (ClientLibrary library : libraries().toList()) {
        Client client = library.connect(node, "all-" + library.hashCode());
        clients.add(client);
        client.subscribe("all/of/them", 2);
      }
      for (int publisher = 0; publisher < clients.size(); publisher++) {
        byte[] payload = ("Grüße von " + publisher).getBytes(UTF_8);
        clients.get(publisher).publish("all/of/them", payload, 2, false);
        for (Client client : clients) {
          Client.Received message = client.receive();
          assertThat(message.payload()).isEqualTo(payload);
          assertThat(message.qos()).isEqualTo(2);
        }
      }
    } finally {
      for (Client client : clients) {
        client.close();
      }
    }
  }
}
