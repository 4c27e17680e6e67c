package io.forebay.server.net;

import io.forebay.core.routing.EventLoop;
import io.forebay.mqtt.connection.Timer;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;

/// One of Netty's event loops, as the core and connections see it.
record NettyLoop(EventExecutor loop) implements EventLoop, Timer {

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void after(long nanos, Runnable task) {
    loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
  }
}
