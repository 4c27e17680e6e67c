package io.forebay.sim;

import io.forebay.core.Broker;
import io.forebay.core.log.Batch;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Log;
import io.forebay.core.message.Message;
import io.forebay.core.routing.EventLoop;
import io.forebay.core.security.Limits;
import io.forebay.core.security.Security;
import io.forebay.core.session.Opening;
import io.forebay.store.StreamSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// One run: a real broker on fake event loops, a fake clock and an engine that takes its time, and
/// clients that do as they please. The seed decides everything.
final class World {
  static final List<String> TOPICS = List.of("a", "a/b", "a/b/c", "b/c", "x", "x/y", "$d/a", "/x");
  static final List<String> FILTERS =
      List.of("#", "+", "a/#", "a/+", "a/b", "+/b/#", "x", "x/y", "b/c", "+/c", "$d/#", "a", "+/x");
  static final List<String> SHARED =
      List.of("$share/g/#", "$share/g/a/#", "$share/h/x", "$share/h/a/b");

  private static final long MOST_STEPS = 300_000;
  private static final long A_DAY = 24L * 3600 * 1000;

  final Random dice;
  final Ledger ledger = new Ledger();
  final Groups groups = new Groups();

  private final Pending pending;
  private final Disk disk = new Disk();
  private final List<StreamSettings> streams;
  private final Limits limits;
  private final boolean crashes;
  private final boolean faults;
  private Node node;
  private final List<Client> clients;

  /// Batches that were not kept by nodes that are dead.
  private int failures;

  int crashed;
  private long nowMillis = 1_000_000;
  private int connections;

  /// A node until its crash.
  private record Node(FaultyEngine engine, Broker broker) {}

  private int receipts;
  private long steps;

  World(long seed) {
    dice = new Random(seed);
    pending = new Pending(dice);
    streams =
        List.of(
            stream(StreamSettings.DEFAULT, StreamSettings.Capture.ACKNOWLEDGED),
            stream(
                "a",
                dice.nextBoolean()
                    ? StreamSettings.Capture.ALL
                    : StreamSettings.Capture.ACKNOWLEDGED));
    limits = limits(dice.nextInt(5) == 0 ? 2 : 1_000);
    crashes = dice.nextInt(3) > 0;
    faults = crashes && dice.nextBoolean();
    node = start();
    clients =
        IntStream.rangeClosed(0, 1 + dice.nextInt(5))
            .mapToObj(i -> new Client(this, "c" + i))
            .toList();
  }

  /// Starts a node on what the disk has.
  private Node start() {
    boolean prompt = !faults && dice.nextInt(4) == 0;
    FaultyEngine engine =
        new FaultyEngine(
            disk, disk.read(streams), ledger, dice, prompt ? null : pending, faults ? 4 : 0);
    List<EventLoop> loops =
        IntStream.rangeClosed(0, dice.nextInt(4))
            .mapToObj(i -> pending.newQueue())
            .<EventLoop>map(queue -> queue::execute)
            .toList();
    Broker broker =
        new Broker(
            new Broker.Surroundings(
                new DelayedEngine(engine, pending, dice, prompt),
                loops,
                () -> nowMillis,
                new Random(dice.nextLong()),
                limits,
                Security.open(limits)));
    return new Node(engine, broker);
  }

  Broker broker() {
    return node.broker();
  }

  /// How many batches were told that they are not kept, since the beginning.
  int failures() {
    return failures + node.engine().failures();
  }

  void mayFail(@Nullable EngineFailure failure) {
    Violation.unless(failure == null || faults, "refused: %s", failure);
  }

  /// Kill -9: what the disk has is there, all else is gone. Starts again.
  private void crash() {
    boolean calm = pending.isEmpty() && failures() == 0;
    crashed++;
    node.engine().crash();
    failures = failures();
    pending.forget();
    ledger.crashed(calm);
    clients.forEach(client -> client.crashed(calm));
    groups.crashed();
    receipts = 0;
    node = start();
  }

  private static StreamSettings stream(String name, StreamSettings.Capture capture) {
    return new StreamSettings(name, capture, Long.MAX_VALUE / 2, Long.MAX_VALUE);
  }

  private static Limits limits(long sessions) {
    Limits all = Limits.DEFAULTS;
    return new Limits(
        all.connections(),
        all.packetSizeBytes(),
        all.inflight(),
        all.receiveMaximum(),
        all.topicLevels(),
        all.topicBytes(),
        all.topicAliases(),
        all.subscriptions(),
        all.sessionExpirySeconds(),
        all.keepAliveSeconds(),
        all.clientIdBytes(),
        all.connectTimeoutSeconds(),
        all.retainedMessages(),
        sessions);
  }

  long nowMillis() {
    return nowMillis;
  }

  int newConnection() {
    return ++connections;
  }

  long[] heads() {
    Log log = node.engine().log();
    return IntStream.range(0, log.partitions()).mapToLong(log::head).toArray();
  }

  /// @param row kept with the message
  /// @param told gets what became of it, null at QoS 0
  void publish(
      ClientConnection connection,
      Message message,
      Batch.@Nullable Row row,
      @Nullable Consumer<@Nullable EngineFailure> told) {
    if (told == null) {
      broker().publish(connection.lane, message, null, 0);
      return;
    }
    receipts++;
    int token = Ledger.number(message);
    broker()
        .publish(
            connection.lane,
            message,
            (given, matched, failure) -> {
              Violation.unless(given == token, "a receipt for %s, not %s", given, token);
              mayFail(failure);
              receipts--;
              told.accept(failure);
            },
            token,
            row);
  }

  /// A session is no more, or may be no more.
  void forget(SessionModel model) {
    model.dead = true;
    mayEnd(model);
  }

  private void mayEnd(SessionModel model) {
    model.shared.forEach(given -> groups.left(given, model));
    for (SessionModel.Flight flight : model.inFlight.values()) {
      if (flight.group != null) {
        groups.excuse(flight.group, flight.number);
      }
    }
  }

  private void pass(long millis) {
    nowMillis += millis;
    for (Client client : clients) {
      SessionModel model = client.model;
      if (model != null && model.endsAtMillis <= nowMillis) {
        mayEnd(model);
      }
    }
    broker().tick();
  }

  // ---------------------------------------------------------------- the run

  void run(int actions) {
    for (int i = 0; i < actions; i++) {
      switch (dice.nextInt(8)) {
        case 0, 1, 2 -> clients.get(dice.nextInt(clients.size())).act();
        case 3 -> {
          if (dice.nextInt(10) == 0) {
            pass(dice.nextInt(4_000));
          }
        }
        default -> pending.step();
      }
      if (dice.nextInt(50) == 0) {
        settle(false);
      }
      if (crashes && dice.nextInt(100) == 0) {
        crash();
      }
      if (faults && dice.nextInt(100) == 0) {
        node.engine().full(!node.engine().full());
      }
    }
    node.engine().full(false);
    settle(true);
    check();
    everybodyBack();
    check();
    everybodyGone();
  }

  /// Lets all happen that has to, nothing new.
  private void settle(boolean acknowledging) {
    boolean more = true;
    while (more) {
      while (pending.step()) {
        Violation.unless(++steps < MOST_STEPS, "it never comes to rest");
      }
      more = false;
      for (ClientConnection each : open()) {
        if (acknowledging) {
          if (!each.writable()) {
            each.writable(true);
            more = true;
          }
          while (each.open() && each.acknowledge(dice)) {
            more = true;
          }
          while (each.open() && each.outbox().release(each, dice)) {
            more = true;
          }
        }
      }
    }
  }

  private List<ClientConnection> open() {
    List<ClientConnection> open = new ArrayList<>();
    for (Client client : clients) {
      if (client.current != null && client.current.open()) {
        open.add(client.current);
      }
    }
    return open;
  }

  private void check() {
    Violation.unless(receipts == 0, "%s publishers never heard", receipts);
    for (Client client : clients) {
      ClientConnection connection = client.current;
      if (connection != null) {
        Violation.unless(connection.open(), "%s waits for its session", client.id);
        client.model().checkComplete(ledger);
        connection.checkRetained();
      }
    }
  }

  private void everybodyBack() {
    // Who is refused because the disk fails once more comes again.
    for (int i = 0; i < 5; i++) {
      for (Client client : clients) {
        SessionModel model = client.model;
        if (client.current == null && model != null && (!model.dead || model.haunted)) {
          client.connect(model.dead, Opening.NEVER, 20, false);
        }
      }
      settle(true);
    }
    groups.check(ledger);
  }

  private void everybodyGone() {
    for (ClientConnection each : open()) {
      each.session().expirySeconds(0);
      each.sayGoodbye();
      each.close();
    }
    settle(false);
    for (int i = 0; i < 3; i++) {
      pass(A_DAY);
      settle(false);
    }
    Violation.unless(broker().idle(), "a session is left over");
    if (crashed > 0 && failures() > 0) {
      return;
    }
    Violation.unless(broker().offlineSessions() == 0, "a session's row is left over");
    Violation.unless(
        broker().subscriptions() == 0, "%s subscriptions are left over", broker().subscriptions());
    if (failures() == 0) {
      ledger.checkRequired();
    }
  }
}
