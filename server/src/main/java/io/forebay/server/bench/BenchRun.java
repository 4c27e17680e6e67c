package io.forebay.server.bench;

import io.forebay.mqtt.Subscribe;
import io.forebay.server.client.ClientException;
import io.forebay.server.client.EventLoops;
import io.forebay.server.client.MqttClient;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// One run of the load generator, from the first connection to the result. [#run] belongs to one
/// thread, which only waits and counts; the work is done on the event loops.
public final class BenchRun {
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long DRAIN_STEP_MILLIS = 50;

  /// Messages on their way get this long after the last one was sent, as long as some arrive.
  private static final int DRAIN_STEPS = 200;

  private static final int QUIET_DRAIN_STEPS = 40;

  private final BenchPlan plan;
  private final BenchProgress progress;
  private final int run = ThreadLocalRandom.current().nextInt();
  private final Meter meter = new Meter();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicLong connectionsLost = new AtomicLong();
  private final AtomicReference<@Nullable ClientException> trouble = new AtomicReference<>();

  private final List<Receiver> receivers = new ArrayList<>();
  private final List<Publisher> publishers = new ArrayList<>();
  private final List<MqttClient> clients = new ArrayList<>();

  public BenchRun(BenchPlan plan, BenchProgress progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /// Ends the run early, with a result of what there is. Any thread.
  public void stop() {
    stopped.countDown();
  }

  /// @throws ClientException if a connection or subscription cannot be made at all
  public BenchResult run() throws InterruptedException {
    try (EventLoops loops = EventLoops.create(plan.eventLoops())) {
      Crowd crowd = new Crowd(loops, plan.client());
      long connectStart = System.nanoTime();
      connectAll(crowd);
      double connectSeconds = (System.nanoTime() - connectStart) / 1e9;
      Measured measured = measure();
      drain();
      measured.add(meter.take());
      BenchResult result = result(crowd, connectSeconds, measured);
      disconnectAll();
      return result;
    }
  }

  private void connectAll(Crowd crowd) throws InterruptedException {
    connectSubscribers(crowd);
    connectIdle(crowd);
    connectPublishers(crowd);
    progress.connecting(crowd.connected(), wanted());
  }

  private int wanted() {
    return plan.subscribers() + plan.idle() + plan.publishers();
  }

  private void connectSubscribers(Crowd crowd) throws InterruptedException {
    Map<String, Receiver> shared = new HashMap<>();
    List<CompletableFuture<MqttClient>> connecting = new ArrayList<>();
    for (int i = 0; i < plan.subscribers(); i++) {
      String filter = plan.filterOf(i);
      Receiver receiver =
          Receiver.shared(filter)
              ? shared.computeIfAbsent(filter, this::newReceiver)
              : newReceiver(filter);
      connecting.add(connectSubscriber(crowd, filter, receiver));
    }
    clients.addAll(Crowd.await(connecting));
  }

  private Receiver newReceiver(String filter) {
    Receiver receiver = new Receiver(filter, plan.publishers());
    receivers.add(receiver);
    return receiver;
  }

  private CompletableFuture<MqttClient> connectSubscriber(
      Crowd crowd, String filter, Receiver receiver) throws InterruptedException {
    Subscriber subscriber = new Subscriber(run, receiver, meter, this::lost);
    return crowd
        .connect(subscriber)
        .thenCompose(
            client -> {
              subscriber.recordTo(meter.of(client.loop()));
              return Crowd.subscribed(client, entry(filter));
            });
  }

  private void connectIdle(Crowd crowd) throws InterruptedException {
    List<CompletableFuture<MqttClient>> connecting = new ArrayList<>();
    long nextReport = System.nanoTime() + SECOND_NANOS;
    for (int i = 0; i < plan.idle() && stopped.getCount() > 0; i++) {
      Subscribe.Entry entry = entry("idle/" + plan.client().clientId() + "/" + i);
      connecting.add(
          crowd
              .connect(new Subscriber(run, null, meter, this::lost))
              .thenCompose(client -> Crowd.subscribed(client, entry)));
      if (System.nanoTime() - nextReport > 0) {
        nextReport += SECOND_NANOS;
        progress.connecting(crowd.connected(), wanted());
        Crowd.failIfBroken(connecting);
      }
    }
    clients.addAll(Crowd.await(connecting));
  }

  private void connectPublishers(Crowd crowd) throws InterruptedException {
    List<CompletableFuture<MqttClient>> connecting = new ArrayList<>();
    for (int i = 0; i < plan.publishers(); i++) {
      connecting.add(crowd.connect(new Subscriber(run, null, meter, this::lost)));
    }
    List<MqttClient> connected = Crowd.await(connecting);
    clients.addAll(connected);
    Map<EventLoop, Pacer> pacers = new HashMap<>();
    for (MqttClient client : connected) {
      Pacer pacer = pacers.computeIfAbsent(client.loop(), Pacer::new);
      publishers.add(new Publisher(plan, run, publishers.size(), client, meter, pacer));
    }
  }

  private Measured measure() throws InterruptedException {
    long start = System.nanoTime();
    long warm = start + plan.warmup().toNanos();
    long stop = warm + plan.duration().toNanos();
    for (Publisher publisher : publishers) {
      publisher.start(start, stop);
    }
    Measured measured = new Measured();
    for (int second = 1; stopped.getCount() > 0 && System.nanoTime() - stop < 0; second++) {
      long from = System.nanoTime();
      boolean warmingUp = from - warm < 0;
      long until = Math.min(start + second * SECOND_NANOS, warmingUp ? warm : stop);
      stopped.await(until - from, TimeUnit.NANOSECONDS);
      report(second, warmingUp, System.nanoTime() - from, measured);
    }
    publishers.forEach(Publisher::stop);
    progress.over();
    return measured;
  }

  private void report(int second, boolean warmingUp, long nanos, Measured measured) {
    Meter.Interval interval = meter.take();
    if (!warmingUp) {
      measured.add(interval);
      measured.rated(interval, nanos);
    }
    Histogram latency = plan.subscribers() > 0 ? interval.delivery() : interval.acknowledgement();
    double seconds = Math.max(1, nanos) / 1e9;
    progress.running(
        second,
        warmingUp,
        interval.published() / seconds,
        interval.delivered() / seconds,
        meter.inFlight(),
        latency.getValueAtPercentile(99));
  }

  /// Waits until everything is answered and delivered, or nothing comes any more.
  private void drain() throws InterruptedException {
    long before = -1;
    int quiet = 0;
    for (int step = 0; step < DRAIN_STEPS && quiet < QUIET_DRAIN_STEPS && !complete(); step++) {
      TimeUnit.MILLISECONDS.sleep(DRAIN_STEP_MILLIS);
      long now = meter.delivered.sum() + meter.acknowledged.sum();
      quiet = now == before ? quiet + 1 : 0;
      before = now;
    }
  }

  private boolean complete() {
    long expected = 0;
    for (Publisher publisher : publishers) {
      long receiving = receivers.stream().filter(r -> r.expects(publisher.topic())).count();
      expected += publisher.acknowledged().size() * receiving;
    }
    return meter.inFlight() == 0 && meter.delivered.sum() >= expected;
  }

  private long countLost() {
    long lost = 0;
    for (int i = 0; i < publishers.size(); i++) {
      Publisher publisher = publishers.get(i);
      for (Receiver receiver : receivers) {
        if (receiver.expects(publisher.topic())) {
          lost += publisher.acknowledged().missingFrom(receiver.arrivedFrom(i));
        }
      }
    }
    return lost;
  }

  private BenchResult result(Crowd crowd, double connectSeconds, Measured measured) {
    double seconds = measured.seconds();
    ClientException first = trouble.get();
    return new BenchResult(
        seconds,
        meter.published.sum(),
        measured.published / Math.max(seconds, 1e-9),
        meter.acknowledged.sum(),
        meter.refused.sum(),
        meter.inFlight() + meter.failed.sum(),
        publishers.stream().mapToLong(Publisher::unsent).sum(),
        meter.delivered.sum(),
        measured.delivered / Math.max(seconds, 1e-9),
        countLost(),
        meter.duplicates.sum(),
        crowd.connected(),
        crowd.connected() / connectSeconds,
        connectionsLost.get(),
        first == null ? null : first.getMessage(),
        crowd.latency(),
        measured.delivery,
        measured.acknowledgement);
  }

  private void disconnectAll() {
    clients.stream().map(MqttClient::disconnect).toList().forEach(CompletableFuture::join);
  }

  private Subscribe.Entry entry(String filter) {
    return new Subscribe.Entry(filter, plan.qos(), false, false, 0);
  }

  private void lost(ClientException reason) {
    connectionsLost.incrementAndGet();
    trouble.compareAndSet(null, reason);
  }

  /// Sums over the measured intervals; the drain adds latencies, but no time and no rate.
  private static final class Measured {
    final Histogram delivery = new Histogram(3);
    final Histogram acknowledgement = new Histogram(3);
    long published;
    long delivered;
    long nanos;

    void add(Meter.Interval interval) {
      delivery.add(interval.delivery());
      acknowledgement.add(interval.acknowledgement());
    }

    void rated(Meter.Interval interval, long intervalNanos) {
      published += interval.published();
      delivered += interval.delivered();
      nanos += intervalNanos;
    }

    double seconds() {
      return nanos / 1e9;
    }
  }
}
