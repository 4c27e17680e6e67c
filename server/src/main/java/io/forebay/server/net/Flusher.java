package io.forebay.server.net;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/// The connections of one event loop that have something to send: all that a turn of the loop has
/// written to one of them leaves in one write. On that loop.
final class Flusher {
  private final Executor loop;
  private List<MqttHandler> dirty = new ArrayList<>();
  private List<MqttHandler> flushing = new ArrayList<>();

  Flusher(Executor loop) {
    this.loop = loop;
  }

  void add(MqttHandler handler) {
    if (dirty.isEmpty()) {
      loop.execute(this::flush);
    }
    dirty.add(handler);
  }

  private void flush() {
    List<MqttHandler> now = dirty;
    dirty = flushing;
    flushing = now;
    for (int i = 0; i < now.size(); i++) {
      now.get(i).flush();
    }
    now.clear();
  }
}
