package io.forebay.server;

import io.forebay.core.Broker;
import io.forebay.core.log.Engine;
import io.forebay.core.security.Limits;
import io.forebay.server.audit.AuditEvent;
import io.forebay.server.cli.RunningNode;
import io.forebay.server.cli.Version;
import io.forebay.server.config.Config;
import io.forebay.server.config.LimitsConfig;
import io.forebay.server.config.ListenerConfig;
import io.forebay.server.config.NamedListener;
import io.forebay.server.net.AddressCounts;
import io.forebay.server.net.Door;
import io.forebay.server.net.DoorException;
import io.forebay.server.net.DoorLimits;
import io.forebay.server.net.DoorSpec;
import io.forebay.server.net.EventLoops;
import io.forebay.server.net.MqttProtocol;
import io.forebay.server.net.TlsFiles;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A node: everything wired, in the order in which it starts, and taken down in the opposite one.
public final class Node implements RunningNode {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  /// How often files are looked at that may change: certificates, passwords, rules.
  private static final int FILES_SECONDS = 5;

  /// Room for small packets that share a WebSocket frame with a largest one.
  private static final int WEBSOCKET_SLACK_BYTES = 64 << 10;

  private static final int DRAIN_POLL_MILLIS = 20;

  private final Config config;
  private final NodeSecurity security;
  private final EventLoops loops;
  private final Engine engine;
  private final Broker broker;
  private final NodeOverload overload;
  private final AddressCounts addresses;
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final List<NamedDoor> doors = new ArrayList<>();
  private final ScheduledExecutorService chores =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().name("forebay-chores").daemon().unstarted(task));
  private final CountDownLatch closed = new CountDownLatch(1);

  private record NamedDoor(String name, Door door) {}

  private Node(Config config) throws IOException {
    this.config = config;
    security = NodeSecurity.of(config);
    int count = config.node().eventLoops();
    loops =
        EventLoops.open(
            count == 0 ? Math.min(64, Runtime.getRuntime().availableProcessors()) : count);
    engine = engine(config);
    broker =
        new Broker(
            new Broker.Surroundings(
                engine,
                MqttProtocol.loops(loops.group()),
                System::currentTimeMillis,
                RandomGenerator.getDefault(),
                limits(config.limits()),
                security.security()));
    overload = new NodeOverload(broker, engine, config.overload());
    addresses = new AddressCounts(config.limits().connectionsPerAddress());
    Meters.bind(broker, new LogFigures(engine), meters);
    security.bind(meters);
    overload.bind(meters);
    broker.queues().whenDamaged(LOG::error);
    new QueueControl(broker, security.access().administration()).begin();
  }

  /// Starts a node and says on standard output that it is ready.
  ///
  /// @throws IOException if a door cannot be opened or a file of security cannot be used; what was
  ///   opened is closed again
  public static Node start(Config config) throws IOException {
    Node node = new Node(config);
    try {
      node.openDoors();
      node.beginChores();
    } catch (IOException | RuntimeException e) {
      node.close();
      throw e;
    }
    System.out.println(node.readyLine());
    return node;
  }

  private void openDoors() throws DoorException {
    LimitsConfig limits = config.limits();
    MqttProtocol mqtt = new MqttProtocol(broker, loops.group(), limits.writeBufferBytes());
    DoorSpec.Limits bounds =
        new DoorSpec.Limits(
            Math.toIntExact(limits.connectTimeout().toMillis()),
            limits.packetSizeBytes() + WEBSOCKET_SLACK_BYTES,
            limits.writeBufferBytes() / 2,
            limits.writeBufferBytes());
    for (NamedListener listener : config.listeners().active()) {
      int most = listener.config().connections();
      DoorLimits crowd = new DoorLimits(listener.name(), most, addresses, mqtt::turnedAway);
      Door door = Door.open(spec(listener, bounds), loops, mqtt, crowd);
      doors.add(new NamedDoor(listener.name(), door));
      LOG.info("listener {} is bound to {}", listener.name(), door.address());
      if (!listener.config().loopback() && config.security().allowAnonymous()) {
        LOG.warn(
            "listener {} lets anybody in from outside: security.allow-anonymous is true",
            listener.name());
      }
    }
  }

  private static DoorSpec spec(NamedListener listener, DoorSpec.Limits bounds) {
    ListenerConfig config = listener.config();
    TlsFiles tls =
        listener.tls() && config.certificate() != null && config.key() != null
            ? new TlsFiles(config.certificate(), config.key(), clients(config))
            : null;
    return new DoorSpec(
        listener.name(),
        config.bind(),
        config.port(),
        config.backlog(),
        config.acceptRate().perSecond(),
        config.proxyProtocol(),
        tls,
        listener.webSocket() ? config.path() : null,
        bounds);
  }

  private static TlsFiles.@Nullable Clients clients(ListenerConfig config) {
    return config.clientCa() == null
        ? null
        : new TlsFiles.Clients(
            config.clientCa(),
            config.clientAuth() == ListenerConfig.ClientAuth.REQUIRED,
            config.crl());
  }

  private void beginChores() throws IOException {
    chores.scheduleAtFixedRate(broker::tick, 1, 1, TimeUnit.SECONDS);
    chores.scheduleWithFixedDelay(
        overload::look, NodeOverload.LOOK_MILLIS, NodeOverload.LOOK_MILLIS, TimeUnit.MILLISECONDS);
    Duration interval = config.node().sysInterval();
    if (interval.isPositive()) {
      SysTopics sys =
          new SysTopics(broker, new LogFigures(engine), overload, "forebay " + Version.current());
      chores.scheduleAtFixedRate(sys::publish, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }
    chores.scheduleWithFixedDelay(
        this::lookAtFiles, FILES_SECONDS, FILES_SECONDS, TimeUnit.SECONDS);
  }

  private void lookAtFiles() {
    for (NamedDoor each : doors) {
      if (each.door().reloadCertificates()) {
        AuditEvent event = AuditEvent.of("certificate-reloaded").with("listener", each.name());
        security.access().audit().add(event);
      }
    }
    security.reload(broker);
  }

  private String readyLine() {
    // Of the JVM: the process is older if the launcher had to build first.
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    StringBuilder line = new StringBuilder("forebay ready in ");
    line.append(System.currentTimeMillis() - started).append(" ms");
    for (NamedDoor each : doors) {
      line.append(' ').append(each.name()).append('=').append(each.door().address().getPort());
    }
    return line.toString();
  }

  private static Engine engine(Config config) throws IOException {
    try {
      return NodeEngine.open(config);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the node is to end before it was ready");
    }
  }

  private static Limits limits(LimitsConfig limits) {
    return new Limits(
        limits.connections(),
        limits.packetSizeBytes(),
        limits.inflight(),
        limits.receiveMaximum(),
        limits.topicLevels(),
        limits.topicLengthBytes(),
        limits.topicAliases(),
        limits.subscriptions(),
        limits.sessionExpiry().toSeconds(),
        Math.toIntExact(limits.keepAlive().toSeconds()),
        limits.clientIdLengthBytes(),
        Math.toIntExact(Math.max(1, limits.connectTimeout().toSeconds())),
        limits.retainedMessages(),
        limits.sessions());
  }

  /// What the node counts, for whoever exports it.
  public MeterRegistry meters() {
    return meters;
  }

  @Override
  public void await() throws InterruptedException {
    closed.await();
  }

  /// Drains: no new clients, DISCONNECT 0x8B to those that are there, then everything ends.
  @Override
  public void close() {
    chores.shutdownNow();
    doors.forEach(each -> each.door().close());
    broker.shutDown();
    awaitDrained();
    // Its answers come to the loops.
    security.close();
    engine.close();
    loops.close();
    closed.countDown();
  }

  private void awaitDrained() {
    long end = System.nanoTime() + config.node().drainTimeout().toNanos();
    try {
      while (!broker.idle() && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(DRAIN_POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
