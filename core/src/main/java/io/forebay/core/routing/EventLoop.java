package io.forebay.core.routing;

import java.util.concurrent.Executor;

/// The thread that a [Lane] runs on, as the core sees it: runs tasks one after the other, in the
/// order in which they came.
@FunctionalInterface
public interface EventLoop extends Executor {

  /// Runs a task after that time at the earliest. On a loop without time of its own it is the next
  /// task.
  default void after(long nanos, Runnable task) {
    execute(task);
  }
}
