package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What the options of a subscription change about retained messages, by MQTT.js.
@ExtendWith(SharedNode.class)
class RetainedIT {
  private static MqttJsClient client(NodeProcess node, String clientId) throws Exception {
    return new MqttJsClient("mqtt://127.0.0.1:" + node.mqtt(), MqttJsClient.options(5, clientId));
  }

  private static String next(Client client) throws Exception {
    Client.Received message = client.receive();
    return new String(message.payload(), UTF_8) + (message.retain() ? " retained" : "");
  }

  @Test
  void retainHandlingSaysWhenRetainedMessagesAreSent(NodeProcess node) throws Exception {
    try (MqttJsClient client = client(node, "retain-handling")) {
      client.publish("handling/x", "kept".getBytes(UTF_8), 1, true);
      client.subscribe("handling/x", "{\"qos\":1,\"rh\":2}");
      client.publish("handling/x", "never".getBytes(UTF_8), 1, false);
      assertThat(next(client)).isEqualTo("never");

      client.subscribe("handling/+", "{\"qos\":1,\"rh\":1}");
      assertThat(next(client)).isEqualTo("kept retained");
      client.subscribe("handling/+", "{\"qos\":1,\"rh\":1}");
      client.publish("handling/x", "not again".getBytes(UTF_8), 1, false);
      assertThat(next(client)).isEqualTo("not again");

      client.subscribe("handling/+", "{\"qos\":1,\"rh\":0}");
      assertThat(next(client)).isEqualTo("kept retained");
    }
  }

  @Test
  void retainAsPublishedKeepsTheFlagOfALiveMessage(NodeProcess node) throws Exception {
    try (MqttJsClient client = client(node, "retain-flag")) {
      client.subscribe("flag/as-published", "{\"qos\":1,\"rap\":true}");
      client.subscribe("flag/plain", "{\"qos\":1,\"rap\":false}");
      client.publish("flag/as-published", "x".getBytes(UTF_8), 1, true);
      assertThat(next(client)).isEqualTo("x retained");
      client.publish("flag/plain", "y".getBytes(UTF_8), 1, true);
      assertThat(next(client)).isEqualTo("y");
    }
  }
}
