package io.forebay.core.log;

/// Words between nodes that share a log. From one node to another they arrive once and in order, or
/// not any more once one of the two is gone. Any thread.
public interface Exchange {

  /// Of a node that shares its log with nobody.
  Exchange ALONE =
      new Exchange() {
        @Override
        public long self() {
          return 1;
        }

        @Override
        public void send(long node, byte[] words) {
          throw new IllegalArgumentException("there is no node " + node);
        }

        @Override
        public void listen(Listener listener) {}
      };

  /// The number of this node, never 0. No other node has it, or had it; a node that was taken for
  /// dead gets another.
  long self();

  /// Sends to another node, after all that this thread sent before. What is for a node that is gone
  /// is dropped.
  void send(long node, byte[] words);

  /// Before the first call of [#send].
  void listen(Listener listener);

  /// Told one thing after the other, on the engine's thread: must not block.
  interface Listener {

    /// Another node said something.
    void heard(long node, byte[] words);

    /// A node is no more: nothing is heard of it from now on.
    void gone(long node);
  }
}
