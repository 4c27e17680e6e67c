package io.forebay.kafka;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is to happen once what is being read is in this node's copy: whoever is told can read it
/// then. On the tail's thread.
final class Effects {
  private static final Logger LOG = LoggerFactory.getLogger(Effects.class);

  private final List<Runnable> waiting = new ArrayList<>();

  void add(Runnable effect) {
    waiting.add(effect);
  }

  /// It is in the copy.
  void happen() {
    List<Runnable> all = List.copyOf(waiting);
    waiting.clear();
    for (Runnable each : all) {
      try {
        each.run();
      } catch (RuntimeException e) {
        LOG.error("whoever is told of what nodes agree on failed", e);
      }
    }
  }
}
