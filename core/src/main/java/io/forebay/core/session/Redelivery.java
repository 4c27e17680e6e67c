package io.forebay.core.session;

import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.routing.Lane;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Finds the messages of a window in the log again, by position, to send them once more in their
/// old order. On the session's lane.
final class Redelivery {
  private final Log log;
  private final Lane lane;
  private final Window window;

  /// A slot of the window and the id it held when we began: the client may acknowledge meanwhile.
  private record Sent(int slot, int packetId) {}

  /// What is to be sent again.
  interface Again {
    /// @param message null if retention removed it
    void send(int slot, @Nullable Message message);
  }

  Redelivery(Log log, Lane lane, Window window) {
    this.log = log;
    this.lane = lane;
    this.window = window;
  }

  /// Fetches partition after partition; `done` runs when all is sent.
  void run(Again again, Runnable done) {
    Map<Integer, List<Sent>> byPartition = new TreeMap<>();
    window.forEach(
        slot ->
            byPartition
                .computeIfAbsent(window.partition(slot), partition -> new ArrayList<>())
                .add(new Sent(slot, window.id(slot))));
    next(new ArrayList<>(byPartition.entrySet()), 0, again, done);
  }

  private void next(
      List<Map.Entry<Integer, List<Sent>>> partitions, int i, Again again, Runnable done) {
    if (i == partitions.size()) {
      done.run();
      return;
    }
    int partition = partitions.get(i).getKey();
    List<Sent> sent = partitions.get(i).getValue();
    if (partition < 0) {
      sent.forEach(each -> send(each, held(each.slot()), again));
      next(partitions, i + 1, again, done);
      return;
    }
    long[] offsets = sent.stream().mapToLong(each -> window.offset(each.slot())).toArray();
    log.fetch(
        partition,
        offsets,
        found ->
            lane.execute(
                () -> {
                  Map<Long, Message> byOffset = new HashMap<>();
                  for (Stored stored : found) {
                    byOffset.put(stored.offset(), stored.message());
                  }
                  sent.forEach(each -> send(each, byOffset.get(window.offset(each.slot())), again));
                  next(partitions, i + 1, again, done);
                }));
  }

  private @Nullable Message held(int slot) {
    Window.Held held = window.held(slot);
    return held == null ? null : held.message();
  }

  private void send(Sent each, @Nullable Message message, Again again) {
    if (window.find(each.packetId()) == each.slot()) {
      again.send(each.slot(), message);
    }
  }
}
