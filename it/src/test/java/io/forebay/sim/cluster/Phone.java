package io.forebay.sim.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.log.EngineFailure;
import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import io.forebay.core.session.Consumer;
import io.forebay.core.session.Opening;
import io.forebay.core.session.Session;
import io.forebay.core.session.Sessions;
import io.forebay.core.topic.TopicFilter;
import io.forebay.sim.Violation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A client that wanders from node to node and keeps its session: publishes numbers, gets those of
/// all others, and keeps to the protocol at both ends.
final class Phone {
  private static final String FILTER = "phones/#";

  private final Cluster cluster;
  private final Random dice;
  final String id;
  final Qos qos;
  private @Nullable Connection current;
  private @Nullable Connection begun;
  private boolean subscribed;

  // ---------------------------------------------------------------- what it publishes

  private static final class Sent {
    final int number;
    boolean received;

    Sent(int number) {
      this.number = number;
    }
  }

  private final Map<Integer, Sent> outbox = new LinkedHashMap<>();
  private int published;

  /// Numbers that some node has acknowledged.
  final List<Integer> acknowledged = new ArrayList<>();

  // ---------------------------------------------------------------- what it gets

  /// What came, as `publisher:number`, without what the protocol says is the same again.
  final List<String> got = new ArrayList<>();

  /// Packet ids of QoS 2 messages that are not released.
  private final Set<Integer> unreleased = new HashSet<>();

  Phone(Cluster cluster, String id, Qos qos) {
    this.cluster = cluster;
    this.dice = cluster.dice();
    this.id = id;
    this.qos = qos;
  }

  boolean subscribed() {
    return subscribed;
  }

  // ---------------------------------------------------------------- what it does

  /// Does one thing that comes to its mind.
  void act() {
    Connection connection = current;
    if (connection == null || connection.closed || dice.nextInt(40) == 0) {
      connect(dice.nextInt(cluster.size()));
    } else if (connection.open()) {
      switch (dice.nextInt(8)) {
        case 0 -> publish(connection);
        case 1 -> {
          if (dice.nextInt(5) == 0) {
            connection.close();
          }
        }
        default -> connection.answerOne();
      }
    }
  }

  /// Does what is left to do, without anything new.
  ///
  /// @return whether there was anything
  boolean finish() {
    Connection connection = current;
    if (connection == null || connection.closed) {
      connect(dice.nextInt(cluster.size()));
      return true;
    }
    return connection.answerOne() || !connection.open() || !outbox.isEmpty();
  }

  /// Its node died.
  void lost(Node node) {
    Connection connection = current;
    if (connection != null && connection.node.equals(node)) {
      connection.closed = true;
    }
  }

  private void connect(int i) {
    Node node = cluster.node(i);
    if (!node.alive() || node.paused()) {
      return;
    }
    Connection connection = new Connection(node);
    current = connection;
    Opening opening = new Opening(id, false, Opening.NEVER, 5, null);
    node.broker().open(connection.lane, opening, connection, connection);
  }

  private void publish(Connection connection) {
    int packet = 1;
    while (outbox.containsKey(packet)) {
      packet++;
    }
    if (packet > 3) {
      return;
    }
    Sent sent = new Sent(++published);
    outbox.put(packet, sent);
    connection.send(packet, sent);
  }

  /// One connection, as both ends see it.
  private final class Connection implements Consumer, Sessions.Opened {
    final Node node;
    final Lane lane;

    /// The node's, when it began: a node with another has been taken for dead since.
    final long number;

    boolean closed;
    private @Nullable Session session;
    private final ArrayDeque<Runnable> answers = new ArrayDeque<>();

    Connection(Node node) {
      this.node = node;
      this.lane = node.lane();
      this.number = node.number();
    }

    boolean open() {
      return session != null && !closed;
    }

    private Session session() {
      if (session == null) {
        throw new IllegalStateException("not open");
      }
      return session;
    }

    void close() {
      closed = true;
      if (session != null) {
        session.close();
      }
    }

    @Override
    public void opened(Session mine, boolean present) {
      session = mine;
      Connection before = begun;
      Violation.unless(
          before == null
              || before.closed
              || !before.node.alive()
              || before.node.paused()
              || before.node.number() != before.number,
          "%s: two connections act for one session",
          id);
      begun = this;
      if (closed) {
        mine.close();
        return;
      }
      Violation.unless(present || !subscribed, "%s: its session is lost", id);
      mine.resume();
      if (!present) {
        subscribe(mine);
      }
      for (Map.Entry<Integer, Sent> each : List.copyOf(outbox.entrySet())) {
        resend(each.getKey(), each.getValue());
      }
    }

    private void subscribe(Session mine) {
      TopicFilter filter = TopicFilter.parse(FILTER, 100);
      Grant grant = Grant.of(qos, false, false, 0);
      mine.interests()
          .subscribe(
              List.of(new Session.Request(filter, grant, 2)),
              failure -> subscribed |= failure == null);
    }

    @Override
    public void refused(@Nullable EngineFailure failure) {
      closed = true;
    }

    // -------------------------------------------------------------- publishing

    private void resend(int packet, Sent sent) {
      if (sent.received) {
        releaseMine(packet);
      } else {
        send(packet, sent);
      }
    }

    void send(int packet, Sent sent) {
      Session mine = session();
      boolean exactlyOnce = qos == Qos.EXACTLY_ONCE;
      if (exactlyOnce && mine.received().isKept(packet)) {
        received(packet, sent);
        return;
      }
      if (exactlyOnce) {
        mine.received().begin(packet);
      }
      String topic = "phones/" + id;
      byte[] payload = Integer.toString(sent.number).getBytes(UTF_8);
      Message message =
          new Message(
              topic, payload, qos, false, Properties.NONE, id, cluster.nowMillis(), Message.NEVER);
      node.broker()
          .publish(
              lane,
              message,
              (token, matched, failure) -> settled(packet, sent, failure),
              0,
              exactlyOnce ? mine.received().row(packet) : null);
    }

    private void settled(int packet, Sent sent, @Nullable EngineFailure failure) {
      if (qos == Qos.EXACTLY_ONCE) {
        session().received().settled(packet, failure == null);
      }
      if (closed) {
        return;
      }
      if (failure != null) {
        close();
      } else if (qos == Qos.EXACTLY_ONCE) {
        received(packet, sent);
      } else {
        acknowledged.add(sent.number);
        outbox.remove(packet);
      }
    }

    private void received(int packet, Sent sent) {
      if (!sent.received) {
        sent.received = true;
        acknowledged.add(sent.number);
      }
      answers.add(() -> releaseMine(packet));
    }

    /// The node releases what it sent.
    @Override
    public void release(int packet) {
      if (!closed) {
        unreleased.remove(packet);
        answers.add(() -> session().inFlight().completed(packet));
      }
    }

    private void releaseMine(int packet) {
      boolean known =
          session()
              .received()
              .release(
                  packet,
                  () -> {
                    if (!closed) {
                      outbox.remove(packet);
                    }
                  });
      if (!known) {
        outbox.remove(packet);
      }
    }

    // -------------------------------------------------------------- getting

    @Override
    public boolean writable() {
      return true;
    }

    @Override
    public boolean deliver(
        Message message,
        Qos effective,
        boolean dup,
        boolean retain,
        int packet,
        int[] subscriptionIds,
        List<UserProperty> extras) {
      if (closed) {
        return true;
      }
      String what = message.publisher() + ":" + new String(message.payload(), UTF_8);
      if (effective == Qos.EXACTLY_ONCE) {
        if (unreleased.add(packet)) {
          got.add(what);
        }
        answers.add(() -> session().inFlight().received(packet, false));
      } else {
        got.add(what);
        answers.add(() -> session().inFlight().acknowledged(packet));
      }
      return true;
    }

    boolean answerOne() {
      Runnable next = closed ? null : answers.poll();
      if (next != null) {
        next.run();
      }
      return next != null;
    }

    @Override
    public void accessChanged() {}

    @Override
    public void usersGone(Set<String> users) {}

    @Override
    public void end(End why) {
      closed = true;
    }
  }
}
