package io.forebay.core.session;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A session's time as the owner of its client id: it begins when the predecessor has let go, is
/// closed when the connection is gone, and is over when what is to be kept is kept. Then whoever
/// waits gets the row. On the session's lane.
final class Tenure {
  private boolean begun;
  private boolean closed;
  private boolean released;
  private @Nullable SessionRow row;
  private @Nullable List<Consumer<@Nullable SessionRow>> waiting;

  /// Whether nothing is delivered any more.
  boolean closed() {
    return closed;
  }

  void begin() {
    begun = true;
  }

  /// Whether it is to end as soon as nothing stands in the way.
  boolean mayEnd() {
    return begun && closed;
  }

  /// The connection is gone.
  ///
  /// @param whenOver gets the row; at once if a successor took our place just before we left the
  ///   map
  /// @return whether it was open
  boolean close(Consumer<@Nullable SessionRow> whenOver) {
    if (released) {
      whenOver.accept(row);
      return false;
    }
    if (waiting == null) {
      waiting = new ArrayList<>(1);
    }
    waiting.add(whenOver);
    boolean open = !closed;
    closed = true;
    return open;
  }

  /// It is over.
  ///
  /// @param left what a successor begins with
  void release(@Nullable SessionRow left) {
    closed = true;
    released = true;
    row = left;
    List<Consumer<@Nullable SessionRow>> all = waiting;
    waiting = null;
    if (all != null) {
      all.forEach(each -> each.accept(left));
    }
  }
}
