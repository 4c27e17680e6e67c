package io.forebay.server.bench;

import java.util.stream.IntStream;

/// Whoever must get every message of its filter once: a subscriber, or all subscribers of a shared
/// subscription together. Any thread.
final class Receiver {
  private final String filter;
  private final Sequences[] arrived;

  Receiver(String filter, int publishers) {
    this.filter = withoutShare(filter);
    this.arrived =
        IntStream.range(0, publishers).mapToObj(_ -> new Sequences()).toArray(Sequences[]::new);
  }

  static boolean shared(String filter) {
    return filter.startsWith("$share/");
  }

  /// @return whether it came for the first time
  boolean arrived(int publisher, long sequence) {
    return arrived[publisher].add(sequence);
  }

  Sequences arrivedFrom(int publisher) {
    return arrived[publisher];
  }

  /// Whether the filter matches the topic (§4.7).
  boolean expects(String topic) {
    String[] wanted = filter.split("/", -1);
    String[] levels = topic.split("/", -1);
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].equals("#")) {
        return true;
      }
      if (i >= levels.length || !(wanted[i].equals("+") || wanted[i].equals(levels[i]))) {
        return false;
      }
    }
    return wanted.length == levels.length;
  }

  private static String withoutShare(String filter) {
    return shared(filter) ? filter.split("/", 3)[2] : filter;
  }
}
