package io.forebay.server.bench;

import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import io.forebay.server.client.Answers;
import io.forebay.server.client.ClientException;
import io.forebay.server.client.ClientListener;
import io.forebay.server.client.ClientOptions;
import io.forebay.server.client.EventLoops;
import io.forebay.server.client.MqttClient;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// Makes connections, many at a time but never so many that the broker's accept queue overflows.
/// [#connect] is for one thread.
final class Crowd {
  private static final int AT_ONCE = 128;

  /// A source address has some 28,000 free ports on Linux; beyond this many the next is taken.
  private static final int PER_SOURCE_ADDRESS = 20_000;

  private final EventLoops loops;
  private final ClientOptions options;
  private final Semaphore room = new Semaphore(AT_ONCE);
  private final Histogram latency = new ConcurrentHistogram(3);
  private final AtomicInteger connected = new AtomicInteger();
  private int started;

  Crowd(EventLoops loops, ClientOptions options) {
    this.loops = loops;
    this.options = options;
  }

  /// Starts one more connection, after waiting for one of those under way if there are too many.
  CompletableFuture<MqttClient> connect(ClientListener listener) throws InterruptedException {
    room.acquire();
    long start = System.nanoTime();
    return MqttClient.connect(loops, next(), listener)
        .whenComplete(
            (client, _) -> {
              room.release();
              if (client != null) {
                connected.incrementAndGet();
                latency.recordValue(System.nanoTime() - start);
              }
            });
  }

  /// Subscribes, and fails if the broker does not want it.
  static CompletableFuture<MqttClient> subscribed(MqttClient client, Subscribe.Entry entry) {
    return client
        .subscribe(0, List.of(entry))
        .thenApply(
            answer -> {
              requireGranted(answer, entry.filter());
              return client;
            });
  }

  /// The clients, once all are there.
  ///
  /// @throws ClientException why the first of them is not
  static List<MqttClient> await(List<CompletableFuture<MqttClient>> clients) {
    return clients.stream().map(Answers::await).toList();
  }

  /// Does not wait.
  ///
  /// @throws ClientException if one of them failed already
  static void failIfBroken(List<CompletableFuture<MqttClient>> clients) {
    await(clients.stream().filter(CompletableFuture::isCompletedExceptionally).limit(1).toList());
  }

  int connected() {
    return connected.get();
  }

  /// From start to CONNACK, in nanoseconds.
  Histogram latency() {
    return latency;
  }

  private ClientOptions next() {
    int number = started++;
    ClientOptions numbered = options.withClientId(options.clientId() + "-" + number);
    int source = number / PER_SOURCE_ADDRESS;
    return source > 0 && options.host().startsWith("127.")
        ? numbered.withLocalAddress(new InetSocketAddress("127.0.0." + (1 + source), 0))
        : numbered;
  }

  private static void requireGranted(Suback answer, String filter) {
    ReasonCode reason = answer.reasons().getFirst();
    if (reason.failure()) {
      throw new ClientException(
          "the broker refused the subscription to '%s': %s"
              .formatted(filter, ClientException.words(reason, answer.reasonString())));
    }
  }
}
