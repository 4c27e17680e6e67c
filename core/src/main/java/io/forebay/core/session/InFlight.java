package io.forebay.core.session;

import io.forebay.core.log.Batch;
import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToLongBiFunction;
import org.jspecify.annotations.Nullable;

/// What is on its way to the client at QoS 1 and 2: each message from its packet id to the end of
/// its handshake, over all connections of the session (MQTT 5 §4.3, §4.4).
///
/// A message that goes out at QoS 2 to a session that is kept waits for its row, and those behind
/// it wait with it. After a reconnect nothing new goes out before all is sent again that was under
/// way.
///
/// On the session's lane.
public final class InFlight {
  private final Session session;
  private final Lane lane;
  private final Log log;
  private final LongSupplier clock;
  private final Consumer consumer;
  private final Window window;

  /// Null until something is sent at QoS 2 whose row is kept.
  private @Nullable ExactlyOnce exactlyOnce;

  /// What a former connection left unacknowledged and is not all sent again yet.
  private @Nullable Redelivery redelivery;

  InFlight(Session session, Sessions sessions, Lane lane, Consumer consumer, int windowSize) {
    this.session = session;
    this.lane = lane;
    this.log = sessions.log();
    this.clock = sessions.clock();
    this.consumer = consumer;
    this.window = new Window(windowSize);
  }

  /// How many more may be sent; asked by who has one to send.
  int room() {
    if (redelivery != null) {
      return 0;
    }
    int room = window.room();
    if (room <= 0) {
      window.noteFull();
      return 0;
    }
    return room;
  }

  /// As [CatchUp.Sink#pace].
  int pace() {
    return window.pace();
  }

  /// Whether something must not be overtaken, not even by what needs no packet id.
  boolean holdsBack() {
    return redelivery != null || anyLeaving();
  }

  /// Whether messages wait for their rows.
  private boolean anyLeaving() {
    return exactlyOnce != null && exactlyOnce.anyLeaving();
  }

  private ExactlyOnce exactlyOnce() {
    ExactlyOnce there = exactlyOnce;
    if (there == null) {
      there = new ExactlyOnce(session.clientId(), lane);
      exactlyOnce = there;
    }
    return there;
  }

  // ---------------------------------------------------------------- sending

  /// Sends at QoS 1 or 2; there is room.
  ///
  /// @return whether it went out
  boolean send(
      Message message,
      int partition,
      long offset,
      boolean retain,
      Grant grant,
      Window.@Nullable Held held,
      List<UserProperty> extras) {
    Qos qos = Qos.min(message.qos(), grant.qos());
    int id = window.add(qos == Qos.EXACTLY_ONCE, partition, offset, held);
    session.state().noteChange();
    if (session.state().hasRows() && (qos == Qos.EXACTLY_ONCE || anyLeaving())) {
      sendWhenKept(message, qos, retain, id, grant, extras);
      return true;
    }
    return deliver(message, qos, retain, id, grant, extras);
  }

  private void sendWhenKept(
      Message message, Qos qos, boolean retain, int id, Grant grant, List<UserProperty> extras) {
    int slot = window.find(id);
    // As it will be if the node dies after that.
    SessionRow.Unacknowledged sent = unacknowledged(slot);
    window.waits(slot);
    Window.Held held = window.held(slot);
    Queue.Lease lease = qos == Qos.EXACTLY_ONCE && held != null ? held.lease() : null;
    if (lease != null) {
      lane.batch().row(Memberships.ownership(lease, session.clientId(), true));
    }
    exactlyOnce()
        .leave(
            sent,
            failure -> {
              // If we are closed, what did not leave goes back: see forgetUnsent.
              if (session.mayGoOn(failure)) {
                if (lease != null) {
                  Memberships.owned(lane, lease);
                }
                window.leaves(window.find(id));
                boolean taken = deliver(message, qos, retain, id, grant, extras);
                if (!taken || !anyLeaving()) {
                  // Others may have waited for its room, or not to overtake it.
                  session.pump();
                }
              }
            });
  }

  private boolean deliver(
      Message message, Qos qos, boolean retain, int id, Grant grant, List<UserProperty> extras) {
    boolean sent =
        consumer.deliver(message, qos, false, retain, id, grant.subscriptionIds(), extras);
    if (!sent) {
      finish(window.find(id));
    }
    return sent;
  }

  /// Whether a message that is read from the log is, or was, on its way to the client already.
  boolean holds(String source, Stored stored) {
    return exactlyOnce != null && exactlyOnce.holds(source, stored);
  }

  // ---------------------------------------------------------------- what the client answers

  /// PUBACK.
  ///
  /// @return false if nothing is in flight under this id at QoS 1
  public boolean acknowledged(int packetId) {
    int slot = window.find(packetId);
    if (slot < 0 || window.exactlyOnce(slot) || window.state(slot) == Window.WAITING) {
      return false;
    }
    finish(slot);
    session.pump();
    return true;
  }

  /// PUBACK with a reason that says that the client does not want the message.
  public void refused(int packetId) {
    int slot = window.find(packetId);
    if (slot >= 0 && !window.exactlyOnce(slot) && window.state(slot) != Window.WAITING) {
      refuse(slot);
      session.pump();
    }
  }

  /// PUBREC: the client has the message, or refused it.
  ///
  /// @return false if nothing is in flight under this id at QoS 2
  public boolean received(int packetId, boolean refused) {
    int slot = window.find(packetId);
    if (slot < 0 || !window.exactlyOnce(slot) || window.state(slot) == Window.WAITING) {
      return false;
    }
    if (refused) {
      refuse(slot);
      session.pump();
    } else {
      window.released(slot);
      release(packetId, slot);
    }
    return true;
  }

  private void release(int packetId, int slot) {
    if (!session.state().hasRows()) {
      consumer.release(packetId);
      return;
    }
    exactlyOnce()
        .keep(
            unacknowledged(slot),
            failure -> {
              if (failure != null) {
                // The row says that the client may not have it: so must we.
                window.leaves(slot);
              }
              if (session.mayGoOn(failure)) {
                consumer.release(packetId);
              }
            });
  }

  /// PUBCOMP: the handshake is over.
  ///
  /// @return false if nothing is released under this id
  public boolean completed(int packetId) {
    int slot = window.find(packetId);
    if (slot < 0 || window.state(slot) != Window.RELEASED) {
      return false;
    }
    finish(slot);
    session.pump();
    return true;
  }

  private void finish(int slot) {
    Queue.Lease lease = vacate(slot);
    if (lease != null) {
      Memberships.acknowledge(lane, lease);
    }
  }

  private void refuse(int slot) {
    Queue.Lease lease = vacate(slot);
    if (lease != null) {
      Memberships.refused(lane, lease);
    }
  }

  private Queue.@Nullable Lease vacate(int slot) {
    Window.Held held = window.held(slot);
    if (window.exactlyOnce(slot) && session.state().hasRows()) {
      exactlyOnce().finish(unacknowledged(slot));
    }
    session.state().noteChange();
    window.remove(slot);
    if (window.roundComplete()) {
      window.widen(clock.getAsLong());
    }
    return held == null ? null : held.lease();
  }

  // ---------------------------------------------------------------- after a reconnect

  /// Takes up what a former connection left.
  void restore(List<SessionRow.Unacknowledged> rows) {
    if (rows.stream().anyMatch(SessionRow.Unacknowledged::exactlyOnce)) {
      exactlyOnce().restore(rows);
    }
    restore(rows, Window.WAITING);
    restore(rows, Window.PUBLISHED);
    restore(rows, Window.RELEASED);
  }

  /// Those that the client may not have first: where two rows have the same id, the message that
  /// the client had released is over, and only the row is older than that.
  private void restore(List<SessionRow.Unacknowledged> rows, int state) {
    for (SessionRow.Unacknowledged each : rows) {
      if (each.state() != state) {
        continue;
      }
      if (window.find(each.packetId()) >= 0) {
        if (each.exactlyOnce()) {
          exactlyOnce().finish(each);
        }
        continue;
      }
      Stored stored = each.message();
      Window.Held held =
          stored == null && each.source().isEmpty()
              ? null
              : new Window.Held(stored == null ? null : stored.message(), null, each.source());
      window.restore(
          each.packetId(), each.exactlyOnce(), state, each.partition(), each.offset(), held);
    }
  }

  /// From now on what was taken up is sent again.
  void beginRedelivery() {
    if (window.size() > 0) {
      redelivery =
          new Redelivery(log, lane, window, consumer::writable, this::sendAgain, session::pump);
    }
  }

  /// Sends again what there is room for.
  ///
  /// @return whether all is sent again
  boolean redelivered() {
    if (redelivery != null && !redelivery.advance()) {
      return false;
    }
    redelivery = null;
    return true;
  }

  private void sendAgain(int slot, @Nullable Message message) {
    if (session.closed()) {
      return;
    }
    if (window.state(slot) == Window.RELEASED) {
      consumer.release(window.id(slot));
    } else if (message == null) {
      session.gap(1);
      finish(slot);
    } else {
      sendAgain(slot, message, session.interests().grant(window.source(slot), message));
    }
  }

  private void sendAgain(int slot, Message message, Grant grant) {
    Qos qos = window.exactlyOnce(slot) ? Qos.EXACTLY_ONCE : Qos.AT_LEAST_ONCE;
    boolean retained = window.partition(slot) < 0;
    boolean retain = retained || (grant.retainAsPublished() && message.retain());
    int id = window.id(slot);
    boolean dup = window.state(slot) != Window.WAITING;
    window.leaves(slot);
    if (!dup && window.exactlyOnce(slot) && session.state().hasRows()) {
      exactlyOnce().keep(unacknowledged(slot), failure -> {});
    }
    List<UserProperty> extras =
        Extras.of(log, grant, window.partition(slot), window.offset(slot), 0);
    if (!consumer.deliver(message, qos, dup, retain, id, grant.subscriptionIds(), extras)) {
      finish(slot);
    }
  }

  // ---------------------------------------------------------------- what is kept of it

  /// Whether so many handshakes have a row that waits for a cursor that one should be kept soon.
  boolean manyFinished() {
    return exactlyOnce != null && exactlyOnce.isFull();
  }

  /// What is in flight or still has a row, as rows have it.
  List<SessionRow.Unacknowledged> unacknowledged() {
    List<SessionRow.Unacknowledged> list = new ArrayList<>(window.size());
    window.forEach(
        slot -> {
          if (!goesBack(slot)) {
            list.add(unacknowledged(slot));
          }
        });
    if (exactlyOnce != null) {
      list.addAll(exactlyOnce.finished());
    }
    return list;
  }

  /// Whether the message is one of a group that deals it out again: all but those that were sent at
  /// QoS 2, which stay with the client that they were sent to (MQTT 5 §4.8.2).
  private boolean goesBack(int slot) {
    Window.Held held = window.held(slot);
    return held != null
        && held.lease() != null
        && (!window.exactlyOnce(slot) || Memberships.unsent(window, slot) != null);
  }

  private SessionRow.Unacknowledged unacknowledged(int slot) {
    Window.Held held = window.held(slot);
    Message message = held == null ? null : held.message();
    return new SessionRow.Unacknowledged(
        window.id(slot),
        window.exactlyOnce(slot),
        window.state(slot),
        window.source(slot),
        window.partition(slot),
        window.offset(slot),
        message == null ? null : new Stored(message, -1, -1));
  }

  /// As [ExactlyOnce#passed].
  void passed(Batch batch, ToLongBiFunction<String, Integer> cursors) {
    if (exactlyOnce != null) {
      exactlyOnce.passed(batch, cursors);
    }
  }

  /// The connection is gone: what has not left is kept as such.
  void keepUnsent(Batch batch, List<SessionRow.Unacknowledged> unacknowledged) {
    if (exactlyOnce != null) {
      exactlyOnce.stillWaiting(batch, unacknowledged);
    }
  }

  /// The connection is gone. A group's message that has not left is not the client's yet: another
  /// member gets it, so the row that says that it was about to leave goes.
  void leave(Memberships memberships, boolean comesBack) {
    window.forEach(
        slot -> {
          if (window.exactlyOnce(slot) && Memberships.unsent(window, slot) != null) {
            lane.batch().row(SessionTable.forgotten(session.clientId(), unacknowledged(slot)));
          }
        });
    memberships.close(window, comesBack);
  }
}
