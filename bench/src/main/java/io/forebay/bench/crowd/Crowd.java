package io.forebay.bench.crowd;

import io.forebay.core.Broker;
import io.forebay.core.log.Engine;
import io.forebay.core.security.Limits;
import io.forebay.core.security.Security;
import io.forebay.server.net.EventLoops;
import io.forebay.server.net.MqttProtocol;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// The broker, its event loops, and clients at the other ends of memory channels.
final class Crowd implements AutoCloseable {
  /// Connects that are under way at once.
  private static final int JOINING = 2_000;

  private static final int JOIN_SECONDS = 60;
  private static final int WRITE_BUFFER_BYTES = 1 << 20;

  private final Engine engine;
  private final EventLoops loops;
  private final Broker broker;
  private final MqttProtocol protocol;
  private final List<EventLoop> eventLoops = new ArrayList<>();
  private final List<Peers> peers = new ArrayList<>();
  private final Semaphore joining = new Semaphore(JOINING);
  private final AtomicReference<@Nullable String> trouble = new AtomicReference<>();
  private final ScheduledExecutorService chores =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().unstarted(task));

  Crowd(Engine engine, int loopCount) {
    this.engine = engine;
    loops = EventLoops.open(loopCount);
    broker =
        new Broker(
            new Broker.Surroundings(
                engine,
                MqttProtocol.loops(loops.group()),
                System::currentTimeMillis,
                RandomGenerator.getDefault(),
                limits(),
                Security.open(limits())));
    protocol = new MqttProtocol(broker, loops.group(), WRITE_BUFFER_BYTES);
    loops
        .group()
        .forEach(
            loop -> {
              eventLoops.add((EventLoop) loop);
              peers.add(new Peers(joining, trouble));
            });
    chores.scheduleAtFixedRate(broker::tick, 1, 1, TimeUnit.SECONDS);
  }

  private static Limits limits() {
    Limits usual = Limits.DEFAULTS;
    return new Limits(
        Integer.MAX_VALUE,
        usual.packetSizeBytes(),
        usual.inflight(),
        usual.receiveMaximum(),
        usual.topicLevels(),
        usual.topicBytes(),
        usual.topicAliases(),
        usual.subscriptions(),
        usual.sessionExpirySeconds(),
        usual.keepAliveSeconds(),
        usual.clientIdBytes(),
        usual.connectTimeoutSeconds(),
        usual.retainedMessages(),
        usual.sessions());
  }

  /// One more client connects, as soon as not too many are about to.
  MemoryChannel join(int number) throws InterruptedException {
    if (!joining.tryAcquire(JOIN_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("nobody was let in for " + JOIN_SECONDS + " seconds");
    }
    int at = Math.floorMod(number, eventLoops.size());
    MemoryChannel channel = new MemoryChannel(peers.get(at), number);
    EventLoop loop = eventLoops.get(at);
    loop.execute(
        () -> {
          loop.register(channel);
          channel.pipeline().addLast(protocol.newHandler(channel));
          channel.receive(Clients.connect(number));
        });
    return channel;
  }

  /// Waits until all who were told to join are in.
  void awaitJoined() throws InterruptedException {
    if (!joining.tryAcquire(JOINING, JOIN_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("some clients were not let in: " + trouble());
    }
    joining.release(JOINING);
  }

  int connected() {
    return broker.connectedClients();
  }

  long received() {
    return peers.stream().mapToLong(Peers::received).sum();
  }

  long acknowledged() {
    return peers.stream().mapToLong(Peers::acknowledged).sum();
  }

  long bytesToClients() {
    return peers.stream().mapToLong(Peers::bytes).sum();
  }

  /// Latencies since the last call.
  Histogram latency() {
    Histogram all = new Histogram(3_600_000_000_000L, 3);
    peers.forEach(each -> all.add(each.latency.getIntervalHistogram()));
    return all;
  }

  /// The first thing that was not as it should be; null while there is none.
  @Nullable String trouble() {
    return trouble.get();
  }

  /// Ends without saying goodbye to anybody.
  @Override
  public void close() {
    chores.shutdownNow();
    engine.close();
  }
}
