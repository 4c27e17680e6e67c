package io.forebay.server.cli;

import io.forebay.mqtt.Publish;
import io.forebay.server.client.ClientException;
import io.forebay.server.client.ClientListener;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Collects what a broker tells of itself under `$SYS/broker/`: retained, so it comes at once.
final class SysValues implements ClientListener {
  static final String PREFIX = "$SYS/broker/";

  private final BlockingQueue<Publish> arrived = new LinkedBlockingQueue<>();

  /// Waits until no value came for `quiet`, at most for `limit`.
  ///
  /// @return values by their topic without [#PREFIX]
  SortedMap<String, String> collect(Duration quiet, Duration limit) throws InterruptedException {
    SortedMap<String, String> values = new TreeMap<>();
    long end = System.nanoTime() + limit.toNanos();
    Publish next = arrived.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    while (next != null) {
      String name = next.topic();
      values.put(
          name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name,
          new String(next.payload(), StandardCharsets.UTF_8));
      long left = Math.min(quiet.toNanos(), end - System.nanoTime());
      next = arrived.poll(Math.max(0, left), TimeUnit.NANOSECONDS);
      if (System.nanoTime() - end > 0) {
        break;
      }
    }
    return values;
  }

  @Override
  public void message(Publish message) {
    arrived.add(message);
  }

  @Override
  public void lost(ClientException reason) {}
}
