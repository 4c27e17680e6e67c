package io.forebay.server.client;

import io.forebay.mqtt.Publish;

/// What a client is told. Every call comes on the client's event loop.
public interface ClientListener {

  /// A message arrived; it is acknowledged when this returns. A QoS 2 message comes once, however
  /// often the broker sends it on this connection.
  void message(Publish message);

  /// No more messages wait at the moment; acknowledgements leave after this.
  default void pause() {}

  /// The connection ended and this client did not ask for it. Called once, and only for a client
  /// that had been let in.
  void lost(ClientException reason);
}
