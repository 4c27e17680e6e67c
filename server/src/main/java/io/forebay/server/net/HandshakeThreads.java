package io.forebay.server.net;

import io.netty.util.concurrent.ImmediateExecutor;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Where the arithmetic of TLS handshakes is done. As a rule on the event loop: handing it over
/// costs more than it gains. A revocation list is looked through from end to end, which takes
/// milliseconds if it is long, and those on the loop are not to wait for that.
final class HandshakeThreads {
  /// Clients whose handshakes wait; more are closed.
  private static final int MOST_WAITING = 10_000;

  private static final int IDLE_SECONDS = 30;

  private static final Executor OTHERS = newThreads();

  private HandshakeThreads() {}

  /// @param lists whether there are revocation lists
  static Executor where(boolean lists) {
    return lists ? OTHERS : ImmediateExecutor.INSTANCE;
  }

  private static Executor newThreads() {
    int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            task -> Thread.ofPlatform().name("forebay-tls").daemon().unstarted(task));
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}
