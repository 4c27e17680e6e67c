package io.forebay.it;

import java.util.stream.Stream;

/// A way to make clients: a library, its version of MQTT, its transport.
///
/// @param name shown by the tests
record ClientLibrary(String name, Connector connector) {
  interface Connector {
    Client connect(NodeProcess node, String clientId) throws Exception;
  }

  Client connect(NodeProcess node, String clientId) throws Exception {
    return connector.connect(node, clientId);
  }

  @Override
  public String toString() {
    return name;
  }

  static Stream<ClientLibrary> all() {
    return Stream.of(
        new ClientLibrary("mosquitto 3.1", MosquittoClient.connector("mqttv31")),
        new ClientLibrary("mosquitto 3.1.1", MosquittoClient.connector("mqttv311")),
        new ClientLibrary("mosquitto 5", MosquittoClient.connector("mqttv5")),
        new ClientLibrary("MQTT.js 3.1.1 over TCP", MqttJsClient.overTcp(4)),
        new ClientLibrary("MQTT.js 5 over TCP", MqttJsClient.overTcp(5)),
        new ClientLibrary("MQTT.js 3.1.1 over WebSocket", MqttJsClient.overWebSocket(4)),
        new ClientLibrary("MQTT.js 5 over WebSocket", MqttJsClient.overWebSocket(5)),
        new ClientLibrary("HiveMQ MQTT Client 3.1.1", HiveMq3Client::new),
        new ClientLibrary("HiveMQ MQTT Client 5", HiveMq5Client::new),
        new ClientLibrary("Paho 3.1", PahoClient.connector(3)),
        new ClientLibrary("Paho 3.1.1", PahoClient.connector(4)),
        new ClientLibrary("Paho 5", Paho5Client::new));
  }
}
