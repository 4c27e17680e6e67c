package io.forebay.core.session;

import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.routing.Lane;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Sends what a window holds from a former connection once more, in the old order: finds the
/// messages in the log again, by position. At the pace of the client, which may take fewer at a
/// time than it did before (MQTT 5 §3.3.4). On the session's lane.
final class Redelivery {
  /// Messages asked of the log at once, at most.
  private static final int FETCHED = 256;

  private final Log log;
  private final Lane lane;
  private final Window window;
  private final BooleanSupplier writable;
  private final Again again;
  private final Runnable goOn;
  private final ArrayDeque<Sent> waiting = new ArrayDeque<>();
  private boolean fetching;

  /// A slot of the window and the id it held when we began: the client may acknowledge meanwhile.
  private record Sent(int slot, int packetId) {}

  /// What is to be sent again.
  interface Again {
    /// @param message null if only PUBREL is to be sent, or retention removed it
    void send(int slot, @Nullable Message message);
  }

  /// @param writable whether the client's socket takes messages
  /// @param goOn runs when messages came from the log and were sent
  Redelivery(
      Log log, Lane lane, Window window, BooleanSupplier writable, Again again, Runnable goOn) {
    this.log = log;
    this.lane = lane;
    this.window = window;
    this.writable = writable;
    this.again = again;
    this.goOn = goOn;
    // What waited for its row was never sent: it is newer than all that was (MQTT 5 §4.6), also
    // where another partition comes before its own.
    addAll(false);
    addAll(true);
  }

  private void addAll(boolean unsent) {
    window.forEach(
        slot -> {
          if ((window.state(slot) == Window.WAITING) == unsent) {
            waiting.add(new Sent(slot, window.id(slot)));
          }
        });
  }

  /// Sends while the client takes more.
  ///
  /// @return whether all is sent
  boolean advance() {
    while (!fetching && !waiting.isEmpty()) {
      Sent next = waiting.element();
      if (!inFlight(next)) {
        waiting.remove();
      } else if (window.state(next.slot()) == Window.RELEASED) {
        // PUBREL takes no room.
        waiting.remove();
        again.send(next.slot(), null);
      } else if (room() == 0) {
        return false;
      } else if (window.partition(next.slot()) < 0) {
        waiting.remove();
        again.send(next.slot(), held(next.slot()));
      } else {
        fetch(window.partition(next.slot()));
      }
    }
    return !fetching && waiting.isEmpty();
  }

  /// How many the client takes beyond those that this connection has sent.
  private int room() {
    int sent = window.size() - waiting.size();
    return writable.getAsBoolean() ? Math.max(0, window.maximum() - sent) : 0;
  }

  private void fetch(int partition) {
    int room = Math.min(room(), FETCHED);
    List<Sent> fetched = new ArrayList<>();
    while (fetched.size() < room && !waiting.isEmpty() && isIn(partition, waiting.element())) {
      fetched.add(waiting.remove());
    }
    fetching = true;
    long[] offsets = fetched.stream().mapToLong(each -> window.offset(each.slot())).toArray();
    log.fetch(partition, offsets, found -> lane.execute(() -> send(fetched, found)));
  }

  private boolean isIn(int partition, Sent sent) {
    return inFlight(sent)
        && window.state(sent.slot()) != Window.RELEASED
        && window.partition(sent.slot()) == partition;
  }

  private void send(List<Sent> fetched, List<Stored> found) {
    fetching = false;
    Map<Long, Message> byOffset = new HashMap<>();
    for (Stored stored : found) {
      byOffset.put(stored.offset(), stored.message());
    }
    for (Sent sent : fetched) {
      if (inFlight(sent)) {
        again.send(sent.slot(), byOffset.get(window.offset(sent.slot())));
      }
    }
    goOn.run();
  }

  private @Nullable Message held(int slot) {
    Window.Held held = window.held(slot);
    return held == null ? null : held.message();
  }

  private boolean inFlight(Sent sent) {
    return window.find(sent.packetId()) == sent.slot();
  }
}
