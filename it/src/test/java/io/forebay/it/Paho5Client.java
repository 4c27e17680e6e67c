package io.forebay.it;

import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/// Eclipse Paho, MQTT 5.
final class Paho5Client implements Client, MqttCallback {
  private final MqttClient client;
  private final Inbox<Received> inbox = new Inbox<>();

  Paho5Client(NodeProcess node, String clientId) throws Exception {
    client = new MqttClient("tcp://127.0.0.1:" + node.mqtt(), clientId, new MemoryPersistence());
    client.setTimeToWait(Await.LIMIT.toMillis());
    client.setCallback(this);
    client.connect();
  }

  @Override
  public void messageArrived(String topic, MqttMessage message) {
    inbox.add(new Received(topic, message.getPayload(), message.getQos(), message.isRetained()));
  }

  @Override
  public void disconnected(MqttDisconnectResponse response) {}

  @Override
  public void mqttErrorOccurred(MqttException exception) {}

  @Override
  public void deliveryComplete(IMqttToken token) {}

  @Override
  public void connectComplete(boolean reconnect, String serverUri) {}

  @Override
  public void authPacketArrived(int reasonCode, MqttProperties properties) {}

  @Override
  public void subscribe(String filter, int qos) throws Exception {
    client.subscribe(filter, qos);
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
