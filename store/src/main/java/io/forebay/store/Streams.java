package io.forebay.store;

import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.topic.TopicFilter;
import java.util.List;
import java.util.stream.IntStream;

/// Chooses the stream of a topic: the first in configured order whose filters match, or that has no
/// filters and is named like the topic's first level; `default` for all else.
///
/// Asked for every message on any thread, so it allocates nothing: first levels are looked up in a
/// table of its own, and filters are tried only of streams that come before the one found there.
final class Streams {
  private final List<StreamSettings> streams;
  private final int fallback;

  /// Numbers of streams with filters, ascending.
  private final int[] filtered;

  /// Numbers of streams chosen by first level, plus one, by hash.
  private final int[] byFirstLevel;

  /// @param streams one of them named [StreamSettings#DEFAULT], no two of the same name
  Streams(List<StreamSettings> streams) {
    this.streams = List.copyOf(streams);
    byFirstLevel = new int[Integer.highestOneBit(Math.max(1, streams.size())) * 4];
    filtered =
        IntStream.range(0, streams.size())
            .filter(i -> !streams.get(i).topics().isEmpty())
            .toArray();
    for (int i = 0; i < streams.size(); i++) {
      enter(i, streams.get(i));
    }
    fallback = named(StreamSettings.DEFAULT);
    if (fallback < 0) {
      throw new IllegalArgumentException("there is no stream '" + StreamSettings.DEFAULT + "'");
    }
  }

  private void enter(int number, StreamSettings stream) {
    if (named(stream.name()) != number) {
      throw new IllegalArgumentException("there are two streams '" + stream.name() + "'");
    }
    if (stream.topics().isEmpty()) {
      int slot = hash(stream.name(), stream.name().length()) & (byFirstLevel.length - 1);
      while (byFirstLevel[slot] != 0) {
        slot = (slot + 1) & (byFirstLevel.length - 1);
      }
      byFirstLevel[slot] = number + 1;
    }
  }

  private int named(String name) {
    for (int i = 0; i < streams.size(); i++) {
      if (streams.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  List<StreamSettings> all() {
    return streams;
  }

  /// The number of the topic's stream in configured order.
  int of(String topic) {
    if (streams.size() == 1) {
      return fallback;
    }
    int found = ofFirstLevel(topic);
    for (int number : filtered) {
      if (found >= 0 && number > found) {
        break;
      }
      for (String filter : streams.get(number).topics()) {
        if (TopicFilter.matches(filter, topic)) {
          return number;
        }
      }
    }
    return found < 0 ? fallback : found;
  }

  /// -1 if no stream is named like it; `default` by its own name is no choice either, since all
  /// others come before it.
  private int ofFirstLevel(String topic) {
    int slash = topic.indexOf('/');
    int length = slash < 0 ? topic.length() : slash;
    int slot = hash(topic, length) & (byFirstLevel.length - 1);
    while (byFirstLevel[slot] != 0) {
      int number = byFirstLevel[slot] - 1;
      String name = streams.get(number).name();
      if (number != fallback && name.length() == length && topic.startsWith(name)) {
        return number;
      }
      slot = (slot + 1) & (byFirstLevel.length - 1);
    }
    return -1;
  }

  private static int hash(String text, int length) {
    int hash = 0;
    for (int i = 0; i < length; i++) {
      hash = 31 * hash + text.charAt(i);
    }
    return hash ^ hash >>> 16;
  }

  /// Whether its stream takes the message.
  boolean captures(Message message) {
    return switch (streams.get(of(message.topic())).capture()) {
      case ACKNOWLEDGED -> message.qos() != Qos.AT_MOST_ONCE;
      case ALL -> true;
      case NONE -> false;
    };
  }

  /// The stream `default`.
  StreamSettings fallback() {
    return streams.get(fallback);
  }
}
