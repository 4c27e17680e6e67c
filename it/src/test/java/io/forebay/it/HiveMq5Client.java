package io.forebay.it;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;

/// HiveMQ MQTT Client, MQTT 5.
final class HiveMq5Client implements Client {
  private final Mqtt5BlockingClient client;
  private final Inbox<Received> inbox = new Inbox<>();

  HiveMq5Client(NodeProcess node, String clientId) {
    client =
        Mqtt5Client.builder()
            .identifier(clientId)
            .serverHost("127.0.0.1")
            .serverPort(node.mqtt())
            .buildBlocking();
    client.toAsync().publishes(MqttGlobalPublishFilter.ALL, this::received);
    client.connect();
  }

  private void received(Mqtt5Publish publish) {
    inbox.add(
        new Received(
            publish.getTopic().toString(),
            publish.getPayloadAsBytes(),
            publish.getQos().getCode(),
            publish.isRetain()));
  }

  @Override
  public void subscribe(String filter, int qos) {
    client.subscribeWith().topicFilter(filter).qos(MqttQos.values()[qos]).send();
  }

  @Override
  public void publish(String topic, byte[] payload, int qos, boolean retain) {
    client
        .publishWith()
        .topic(topic)
        .payload(payload)
        .qos(MqttQos.values()[qos])
        .retain(retain)
        .send();
  }

  @Override
  public Received receive() throws Exception {
    return inbox.next();
  }

  @Override
  public void close() {
    client.disconnect();
  }
}
