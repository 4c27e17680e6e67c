package io.forebay.core.routing;

import java.util.ArrayDeque;
import java.util.function.IntSupplier;

/// Lets a few of a lane's subscribers read the log at a time; the others stand in line.
///
/// When thousands come back at once, each with a backlog, what the log brings for all of them would
/// otherwise queue up in front of everybody's live messages, and fill the heap meanwhile. Few at a
/// time are as fast in sum, because reading and delivering share the same cores.
///
/// While many stand in line and others publish, reads from disk leave the processor free in
/// between: a commit waits for threads of the kernel, and these for a core.
///
/// On the lane's event loop.
public final class ReadTurns {
  /// Enough that the next slice is read while one is delivered. Each is some 512 messages, about a
  /// millisecond of the loop's time.
  private static final int READS_AT_ONCE = 2;

  /// From so many on they come back after an outage, rather than being a bit slow.
  private static final int CROWD = 16;

  private static final long REST_NANOS = 8_000_000;

  private final EventLoop loop;
  private final IntSupplier messageCommits;
  private final ArrayDeque<Runnable> line = new ArrayDeque<>();
  private int reads;
  private int commitsSeen;

  /// @param messageCommits changes when somebody has published something
  ReadTurns(EventLoop loop, IntSupplier messageCommits) {
    this.loop = loop;
    this.messageCommits = messageCommits;
  }

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
  ///
  /// @param far whether it came from disk
  public void ended(boolean far) {
    int commits = messageCommits.getAsInt();
    boolean disturbs = far && commits != commitsSeen && line.size() >= CROWD;
    commitsSeen = commits;
    if (disturbs) {
      loop.after(REST_NANOS, this::next);
    } else {
      next();
    }
  }

  private void next() {
    reads--;
    serve();
  }

  private void serve() {
    while (reads < READS_AT_ONCE && !line.isEmpty()) {
      line.remove().run();
    }
  }
}
