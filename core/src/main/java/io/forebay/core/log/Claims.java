package io.forebay.core.log;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Which node acts for a client or a queue, among nodes that share a log. The log decides: what one
/// node holds no other holds, and rows that are written under a name that the writer does not hold
/// are not kept ([Batch.Row#claim]).
///
/// Any thread; answers come on any thread, perhaps before the call returns.
public interface Claims {

  /// Of a node that shares its log with nobody: it holds whatever it asks for.
  Claims ALONE =
      new Claims() {
        @Override
        public void take(String name, Consumer<@Nullable EngineFailure> answer) {
          answer.accept(null);
        }

        @Override
        public void takeIfFree(String name, Consumer<Boolean> answer) {
          answer.accept(true);
        }

        @Override
        public void release(String name) {}

        @Override
        public long holder(String name) {
          return Exchange.ALONE.self();
        }

        @Override
        public boolean leads() {
          return true;
        }

        @Override
        public boolean alone() {
          return true;
        }

        @Override
        public void listen(Listener listener) {}
      };

  /// The name under which a node acts for a client.
  static String ofClient(String clientId) {
    return "client/" + clientId;
  }

  /// The client whose name it is; null if it is none's.
  static @Nullable String clientId(String name) {
    return name.startsWith("client/") ? name.substring("client/".length()) : null;
  }

  /// The name under which a node acts for a queue.
  static String ofQueue(String queue) {
    return "queue/" + queue;
  }

  /// Takes a name. A node that holds it is asked to let go ([Listener#wanted]); one that does not
  /// answer any more loses it after a while. Of several takers each gets it in turn.
  ///
  /// @param answer null once this node holds the name and whatever was written under it can be read
  ///   here; else why it does not
  void take(String name, Consumer<@Nullable EngineFailure> answer);

  /// Takes a name unless another living node holds it, or this one.
  ///
  /// @param answer true as [#take] answers null; false if it was not taken
  void takeIfFree(String name, Consumer<Boolean> answer);

  /// Lets go of a name, after all that this thread submitted before. Does nothing if this node does
  /// not hold it.
  void release(String name);

  /// The number of the node that holds it ([Exchange#self]), as far as this node has read; 0 if
  /// none does.
  long holder(String name);

  /// Whether this node does what one of them should: of the living always one, or for a moment
  /// none.
  boolean leads();

  /// Whether there can be no other node.
  default boolean alone() {
    return false;
  }

  /// Before the first call of anything else.
  void listen(Listener listener);

  /// Told one thing after the other, on the engine's thread: must not block.
  interface Listener {

    /// Another node wants what this one holds: keep what is to be kept, then [Claims#release] it.
    void wanted(String name);

    /// This node was silent for so long that it was taken for dead: it holds nothing any more, and
    /// what it wrote since is not kept. It has a new number.
    void lost();

    /// Nodes have died. Told to one of the living only: what they held is free, and somebody should
    /// look after it.
    void orphaned();
  }
}
