package io.forebay.mqtt.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.Broker;
import io.forebay.core.routing.Figure;
import io.forebay.core.security.Authenticator;
import io.forebay.core.security.Authorizer;
import io.forebay.core.security.EnhancedAuthenticator;
import io.forebay.core.security.Limits;
import io.forebay.core.security.Quotas;
import io.forebay.core.security.Security;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.ReasonCode;
import io.forebay.store.MemoryEngine;
import io.forebay.store.StreamSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/// A whole broker with one event loop that runs when the test says so, and time that stands still
/// until the test lets it go.
final class TestNode {
  private static final long START_MILLIS = 1_000_000_000_000L;
  private static final Security OPEN = Security.open(Limits.DEFAULTS);

  final Broker broker;
  final Loop loop;
  final HeldEngine engine;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final List<Due> timers = new ArrayList<>();
  private long nowMillis = START_MILLIS;

  private record Due(long nanos, Runnable task) {}

  private final class TestTimer implements Timer {
    @Override
    public long nanoTime() {
      return nowMillis * 1_000_000;
    }

    @Override
    public void after(long nanos, Runnable task) {
      timers.add(new Due(nanoTime() + nanos, task));
    }
  }

  private TestNode(Limits limits, Security security) {
    StreamSettings stream =
        new StreamSettings(
            StreamSettings.DEFAULT,
            StreamSettings.Capture.ACKNOWLEDGED,
            Long.MAX_VALUE / 2,
            64 << 20);
    engine = new HeldEngine(new MemoryEngine(List.of(stream)));
    broker =
        new Broker(
            new Broker.Surroundings(
                engine, List.of(tasks::add), () -> nowMillis, new Random(1), limits, security));
    loop = new Loop(broker, broker.lanes().getFirst(), new TestTimer());
  }

  static TestNode withDefaults() {
    return with(limits -> limits);
  }

  static TestNode with(UnaryOperator<LimitsDraft> change) {
    Limits limits = change.apply(new LimitsDraft()).limits();
    return new TestNode(limits, Security.open(limits));
  }

  static TestNode with(Security security) {
    return new TestNode(Limits.DEFAULTS, security);
  }

  static TestNode with(Quotas quotas) {
    return with(new Security(OPEN.authenticator(), Map.of(), OPEN.authorizer(), quotas));
  }

  static TestNode with(Authenticator authenticator) {
    return with(new Security(authenticator, Map.of(), OPEN.authorizer(), OPEN.quotas()));
  }

  static TestNode with(EnhancedAuthenticator enhanced) {
    return with(
        new Security(
            OPEN.authenticator(),
            Map.of(enhanced.method(), enhanced),
            OPEN.authorizer(),
            OPEN.quotas()));
  }

  static TestNode with(Authorizer authorizer) {
    return with(new Security(OPEN.authenticator(), Map.of(), authorizer, OPEN.quotas()));
  }

  // ---------------------------------------------------------------- clients

  /// A new socket, on which nothing was said yet.
  TestClient socket(ProtocolVersion version) {
    return new TestClient(this, version);
  }

  /// A client that asked to be let in; the answer is the test's to look at.
  TestClient open(ConnectDraft connect) {
    TestClient client = socket(connect.version());
    client.send(connect.packet());
    return client;
  }

  /// A client that was let in.
  TestClient connect(ConnectDraft connect) {
    TestClient client = open(connect);
    assertThat(client.next(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    return client;
  }

  TestClient connect(ProtocolVersion version, String clientId) {
    return connect(ConnectDraft.of(version, clientId));
  }

  // ---------------------------------------------------------------- time

  void execute(Runnable task) {
    tasks.add(task);
  }

  /// Runs all that is to be run.
  void run() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  void seconds(int seconds) {
    for (int i = 0; i < seconds; i++) {
      nowMillis += 1_000;
      runTimers();
      loop.tick();
      broker.tick();
      run();
    }
  }

  /// Lets time pass in which no second ends.
  void millis(long millis) {
    nowMillis += millis;
    runTimers();
    run();
  }

  private void runTimers() {
    long now = nowMillis * 1_000_000;
    List<Due> due = timers.stream().filter(each -> each.nanos() <= now).toList();
    timers.removeAll(due);
    due.forEach(each -> each.task().run());
  }

  long count(Figure figure) {
    return broker.count(figure);
  }

  /// Limits, one changed at a time.
  static final class LimitsDraft {
    private static final Limits BASE = Limits.DEFAULTS;
    private int connections = BASE.connections();
    private int packetSizeBytes = BASE.packetSizeBytes();
    private int inflight = BASE.inflight();
    private int receiveMaximum = BASE.receiveMaximum();
    private int topicAliases = BASE.topicAliases();
    private int subscriptions = BASE.subscriptions();
    private long sessionExpirySeconds = BASE.sessionExpirySeconds();
    private int keepAliveSeconds = BASE.keepAliveSeconds();
    private long retainedMessages = BASE.retainedMessages();
    private long sessions = BASE.sessions();

    LimitsDraft connections(int value) {
      connections = value;
      return this;
    }

    LimitsDraft packetSizeBytes(int value) {
      packetSizeBytes = value;
      return this;
    }

    LimitsDraft inflight(int value) {
      inflight = value;
      return this;
    }

    LimitsDraft receiveMaximum(int value) {
      receiveMaximum = value;
      return this;
    }

    LimitsDraft topicAliases(int value) {
      topicAliases = value;
      return this;
    }

    LimitsDraft subscriptions(int value) {
      subscriptions = value;
      return this;
    }

    LimitsDraft sessionExpirySeconds(long value) {
      sessionExpirySeconds = value;
      return this;
    }

    LimitsDraft keepAliveSeconds(int value) {
      keepAliveSeconds = value;
      return this;
    }

    LimitsDraft retainedMessages(long value) {
      retainedMessages = value;
      return this;
    }

    LimitsDraft sessions(long value) {
      sessions = value;
      return this;
    }

    private Limits limits() {
      return new Limits(
          connections,
          packetSizeBytes,
          inflight,
          receiveMaximum,
          BASE.topicLevels(),
          BASE.topicBytes(),
          topicAliases,
          subscriptions,
          sessionExpirySeconds,
          keepAliveSeconds,
          BASE.clientIdBytes(),
          BASE.connectTimeoutSeconds(),
          retainedMessages,
          sessions);
    }
  }
}
