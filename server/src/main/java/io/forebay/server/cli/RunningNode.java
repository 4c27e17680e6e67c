package io.forebay.server.cli;

import io.forebay.server.config.Config;

/// What `serve` needs to know of a node. Safe to use from any thread.
public interface RunningNode extends AutoCloseable {

  /// Waits until the node is closed.
  void await() throws InterruptedException;

  /// Drains and stops it. Closing twice is closing once.
  @Override
  void close();

  /// Starts nodes.
  interface Starter {
    /// Returns when the node is ready. An [java.io.IOException] is the user's trouble (a port that
    /// is taken, a file that cannot be read) and its message is for the user.
    RunningNode start(Config config) throws Exception;
  }
}
