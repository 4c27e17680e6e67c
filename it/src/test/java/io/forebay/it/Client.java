package io.forebay.it;

/// What every client library can do.
interface Client extends AutoCloseable {

  /// A message as a client got it.
  record Received(String topic, byte[] payload, int qos, boolean retain) {}

  /// Returns when the node has acknowledged it.
  void subscribe(String filter, int qos) throws Exception;

  /// Returns when the node has acknowledged it; with QoS 0, when it was sent.
  void publish(String topic, byte[] payload, int qos, boolean retain) throws Exception;

  /// The next message.
  Received receive() throws Exception;

  /// Says goodbye.
  @Override
  void close();
}
