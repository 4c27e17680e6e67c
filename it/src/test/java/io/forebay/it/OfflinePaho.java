package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/// An MQTT 3.1.1 client, whose session never expires, away while the node is restarted.
final class OfflinePaho implements RestartPromise {
  @Override
  public String name() {
    return "Paho's session of MQTT 3.1.1 is present and gets what it missed";
  }

  private static MqttClient client(NodeProcess node, Inbox<String> inbox) throws MqttException {
    MqttClient client =
        new MqttClient("tcp://127.0.0.1:" + node.mqtt(), "restart-paho", new MemoryPersistence());
    client.setTimeToWait(Await.LIMIT.toMillis());
    client.setCallback(
        new MqttCallback() {
          @Override
          public void connectionLost(Throwable cause) {
            inbox.add(cause.toString());
          }

          @Override
          public void messageArrived(String topic, MqttMessage message) {
            inbox.add(new String(message.getPayload(), UTF_8));
          }

          @Override
          public void deliveryComplete(IMqttDeliveryToken token) {
            inbox.add("delivered");
          }
        });
    return client;
  }

  private static boolean resume(MqttClient client) throws MqttException {
    MqttConnectOptions options = new MqttConnectOptions();
    options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
    options.setCleanSession(false);
    return client.connectWithResult(options).getSessionPresent();
  }

  @Override
  public void before(NodeProcess node) throws Exception {
    MqttClient client = client(node, new Inbox<>());
    assertThat(resume(client)).isFalse();
    client.subscribe("restart/paho", 2);
    client.disconnect();
    client.close();
    MosquittoClient.pub(node, "-t", "restart/paho", "-q", "1", "-m", "one");
    MosquittoClient.pub(node, "-t", "restart/paho", "-q", "2", "-m", "two");
  }

  @Override
  public void after(NodeProcess node, boolean inOrder) throws Exception {
    Inbox<String> inbox = new Inbox<>();
    MqttClient client = client(node, inbox);
    assertThat(resume(client)).isTrue();
    assertThat(inbox.next()).isEqualTo("one");
    assertThat(inbox.next()).isEqualTo("two");
    client.disconnect();
    client.close();
  }
}
