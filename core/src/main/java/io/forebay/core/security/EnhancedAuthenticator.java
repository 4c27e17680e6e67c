package io.forebay.core.security;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A challenge and response method that runs through AUTH packets (MQTT 5 §4.12). The extension
/// point for SCRAM and the like.
public interface EnhancedAuthenticator {
  /// The authentication method's name as CONNECT carries it.
  String method();

  /// Begins one conversation.
  Exchange begin(Credentials credentials);

  /// One client's conversation. Not thread-safe.
  interface Exchange {
    /// Takes what the client said. The answer comes once, on any thread, perhaps before this
    /// returns.
    void step(byte @Nullable [] data, Consumer<Decision> answer);
  }
}
