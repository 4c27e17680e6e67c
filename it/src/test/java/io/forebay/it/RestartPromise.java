package io.forebay.it;

/// What a client did before a node ended, and finds again after.
interface RestartPromise {
  /// Completes "after a kill, …".
  String name();

  /// Returns when the node has acknowledged all of it.
  void before(NodeProcess node) throws Exception;

  /// On another node with the same directory.
  ///
  /// @param inOrder whether the first node was stopped, not killed
  void after(NodeProcess node, boolean inOrder) throws Exception;
}
