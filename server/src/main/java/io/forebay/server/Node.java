package io.forebay.server;

import io.forebay.server.cli.RunningNode;
import io.forebay.server.config.Config;
import java.util.concurrent.CountDownLatch;

/// A node: what is wired and started, in this order, and stopped, in the other.
public final class Node implements RunningNode {
  private final CountDownLatch closed = new CountDownLatch(1);

  private Node() {}

  /// Starts a node and returns when it is ready.
  public static Node start(Config config) {
    System.out.println("forebay ready node=" + config.node().name());
    return new Node();
  }

  @Override
  public void await() throws InterruptedException {
    closed.await();
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
