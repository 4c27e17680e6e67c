package io.forebay.kafka;

import java.util.ArrayList;
import java.util.List;

/// What is to happen once what is being read is in this node's copy: whoever is told can read it
/// then. On the tail's thread.
final class Effects {
  private final List<Runnable> waiting = new ArrayList<>();

  void add(Runnable effect) {
    waiting.add(effect);
  }

  /// It is in the copy.
  void happen() {
    List<Runnable> all = List.copyOf(waiting);
    waiting.clear();
    all.forEach(Runnable::run);
  }
}
