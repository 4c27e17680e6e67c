package io.forebay.sim.cluster;

import io.forebay.core.log.Claims;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import io.forebay.core.session.Nobody;
import io.forebay.core.session.Opening;
import io.forebay.core.session.Session;
import io.forebay.core.session.Sessions;
import io.forebay.core.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A client that consumes from the queue of a [QueueStory], on one node.
final class QueueMember extends Nobody implements Sessions.Opened {
  private final QueueStory story;
  final Node node;
  private final String id;
  private final Lane lane;
  private final Map<Integer, Message> held = new HashMap<>();
  private @Nullable Session session;
  private boolean closed;

  /// Its node died, so nobody knows what was sent to it but by its rows.
  private boolean killed;

  private final boolean kept;

  /// @param persistent the session outlives the connection, perhaps
  QueueMember(QueueStory story, Node node, String id, boolean persistent) {
    this.story = story;
    this.node = node;
    this.id = id;
    this.lane = node.lane();
    this.kept = persistent || story.dice().nextBoolean();
    long expirySeconds = kept ? 1_000_000 : 0;
    int window = 1 + story.dice().nextInt(5);
    Opening opening = new Opening(id, false, expirySeconds, window, null);
    // Each client connects once, so that nobody else wants its name.
    node.engine()
        .claims()
        .take(
            Claims.ofClient(id),
            failure -> lane.execute(() -> node.broker().open(lane, opening, this, this)));
  }

  @Override
  public String toString() {
    return id;
  }

  @Override
  public void opened(Session mine, boolean present) {
    session = mine;
    if (closed) {
      mine.close();
      return;
    }
    mine.resume();
    mine.interests()
        .subscribe(
            List.of(
                new Session.Request(
                    TopicFilter.parse(story.filter, 10), Grant.of(story.qos, false, false, 0), 2)),
            failure -> {});
  }

  @Override
  public void refused(@Nullable EngineFailure failure) {
    throw new AssertionError("refused");
  }

  @Override
  public boolean writable() {
    return true;
  }

  @Override
  public boolean deliver(
      Message message,
      Qos qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] ids,
      List<UserProperty> extras) {
    int redeliveries = 0;
    for (UserProperty each : message.properties().userProperties()) {
      if (each.name().equals("redeliveries")) {
        redeliveries = Integer.parseInt(each.value());
      }
    }
    held.put(packetId, message);
    story.delivered(this, message, redeliveries, dup);
    if (closed) {
      // The broker does not know yet.
      lose();
    }
    return true;
  }

  @Override
  public void release(int packetId) {
    session().inFlight().completed(packetId);
  }

  private Session session() {
    if (session == null) {
      throw new IllegalStateException("nothing comes before the session");
    }
    return session;
  }

  private boolean reachable() {
    return session != null && !closed && node.alive() && !node.paused();
  }

  /// Answers one of the messages that it has.
  void answer() {
    if (reachable() && !held.isEmpty()) {
      List<Integer> ids = new ArrayList<>(held.keySet());
      int packetId = ids.get(story.dice().nextInt(ids.size()));
      answer(packetId, story.dice().nextInt(5) == 0);
    }
  }

  void acknowledgeAll() {
    if (reachable()) {
      List.copyOf(held.keySet()).forEach(packetId -> answer(packetId, false));
    }
  }

  private void answer(int packetId, boolean refusing) {
    Message message = held.remove(packetId);
    if (message == null) {
      return;
    }
    int number = QueueStory.number(message);
    boolean exactlyOnce = Qos.min(message.qos(), story.qos) == Qos.EXACTLY_ONCE;
    boolean refused = refusing && !exactlyOnce;
    if (refused) {
      story.failed(this, number, true);
    } else {
      story.acknowledged(this, number);
    }
    Session mine = session();
    lane.execute(
        () -> {
          if (exactlyOnce) {
            mine.inFlight().received(packetId, false);
          } else if (refused) {
            mine.inFlight().refused(packetId);
          } else {
            mine.inFlight().acknowledged(packetId);
          }
        });
  }

  /// The client goes.
  void close() {
    if (!node.alive() || node.paused() || closed) {
      return;
    }
    letGo();
    Session mine = session;
    if (mine != null) {
      lane.execute(mine::close);
    }
  }

  private void letGo() {
    closed = true;
    story.gone(this, kept ? id : null);
    lose();
  }

  private void lose() {
    held.forEach(
        (packetId, message) -> {
          boolean exactlyOnce = Qos.min(message.qos(), story.qos) == Qos.EXACTLY_ONCE;
          if (exactlyOnce && (kept || !killed)) {
            story.stays(this, QueueStory.number(message));
          } else {
            story.failed(this, QueueStory.number(message), false);
          }
        });
    held.clear();
  }

  /// Its node died.
  void killed() {
    killed = true;
    letGo();
  }

  @Override
  public void end(End why) {
    if (!closed) {
      letGo();
    }
  }
}
