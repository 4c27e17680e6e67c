package io.forebay.server.net;

import io.forebay.mqtt.connection.Timer;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;

/// The time of one event loop.
record LoopTimer(EventExecutor loop) implements Timer {

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void after(long nanos, Runnable task) {
    loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
  }
}
