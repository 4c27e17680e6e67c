package io.forebay.it;

import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/// Eclipse Paho, MQTT 3.1 and 3.1.1.
final class PahoClient implements Client {
  private final MqttClient client;
  private final Inbox<Received> inbox = new Inbox<>();

  private PahoClient(NodeProcess node, String clientId, int version) throws Exception {
    client = new MqttClient("tcp://127.0.0.1:" + node.mqtt(), clientId, new MemoryPersistence());
    client.setTimeToWait(Await.LIMIT.toMillis());
    MqttConnectOptions options = new MqttConnectOptions();
    options.setMqttVersion(version);
    client.connect(options);
  }

  /// @param version of the protocol as CONNECT says it: 3 or 4
  static ClientLibrary.Connector connector(int version) {
    return (node, clientId) -> new PahoClient(node, clientId, version);
  }

  private void received(String topic, MqttMessage message) {
    inbox.add(new Received(topic, message.getPayload(), message.getQos(), message.isRetained()));
  }

  @Override
  public void subscribe(String filter, int qos) throws Exception {
    client.subscribe(filter, qos, this::received);
  }

  @Override
  public void publish(String topic, byte[] payload, int qos, boolean retain) throws Exception {
    client.publish(topic, payload, qos, retain);
  }

  @Override
  public Received receive() throws Exception {
    return inbox.next();
  }

  @Override
  public void close() {
    try {
      client.disconnect();
      client.close();
    } catch (MqttException e) {
      throw new IllegalStateException(e);
    }
  }
}
