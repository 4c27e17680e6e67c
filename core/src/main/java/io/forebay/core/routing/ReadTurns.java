package io.forebay.core.routing;

import java.util.ArrayDeque;

/// Lets a few of a lane's subscribers read the log at a time; the others stand in line.
///
/// When thousands come back at once, each with a backlog, what the log brings for all of them would
/// otherwise queue up in front of everybody's live messages, and fill the heap meanwhile. Few at a
/// time are as fast in sum, because reading and delivering share the same cores.
///
/// On the lane's event loop.
public final class ReadTurns {
  /// Enough that the next slice is read while one is delivered. Each is some 512 messages, about a
  /// millisecond of the loop's time.
  private static final int READS_AT_ONCE = 2;

  private final ArrayDeque<Runnable> line = new ArrayDeque<>();
  private int reads;

  ReadTurns() {}

  /// Runs `turn`, now or when those before have been served. For each read that it begins it calls
  /// [#began].
  public void request(Runnable turn) {
    line.add(turn);
    serve();
  }

  /// A read is on its way.
  public void began() {
    reads++;
  }

  /// What a read has brought is worked off.
  public void ended() {
    reads--;
    serve();
  }

  private void serve() {
    while (reads < READS_AT_ONCE && !line.isEmpty()) {
      line.remove().run();
    }
  }
}
