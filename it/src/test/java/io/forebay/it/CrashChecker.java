package io.forebay.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Holds a node to what it acknowledged: takes down what clients see of it, and finds what is wrong
/// with that.
///
/// Publishers send again until they are acknowledged, so their sequences have no holes: whatever is
/// not the next of its publisher came before, or one was lost, or comes too late.
///
/// Any thread.
public final class CrashChecker {
  private final Map<Way, Long> next = new ConcurrentHashMap<>();
  private final Map<Way, NavigableMap<Long, Long>> gaps = new ConcurrentHashMap<>();
  private final Queue<String> findings = new ConcurrentLinkedQueue<>();

  private record Way(String publisher, String subscriber) {}

  /// What is wrong, in words; empty if nothing is.
  public List<String> findings() {
    List<String> all = new ArrayList<>(findings);
    gaps.forEach(
        (way, missing) -> {
          synchronized (missing) {
            missing.forEach(
                (from, to) ->
                    all.add(
                        "%s lost %s %s to %s".formatted(way.subscriber, way.publisher, from, to)));
          }
        });
    return all;
  }

  /// A subscriber got a message; not one that it knows by its packet id (MQTT 5 §4.3.3).
  public void came(String subscriber, String publisher, long sequence, boolean exactlyOnce) {
    Way way = new Way(publisher, subscriber);
    long due = received(subscriber, publisher);
    if (sequence > due) {
      missing(way, due, sequence - 1);
    }
    if (sequence >= due) {
      next.put(way, sequence + 1);
    } else if (filled(way, sequence)) {
      findings.add("%s got %s %s after later ones".formatted(subscriber, publisher, sequence));
    } else if (exactlyOnce) {
      findings.add("%s got %s %s twice, at QoS 2".formatted(subscriber, publisher, sequence));
    }
  }

  private void missing(Way way, long from, long to) {
    NavigableMap<Long, Long> missing = gaps.computeIfAbsent(way, _ -> new TreeMap<>());
    synchronized (missing) {
      missing.put(from, to);
    }
  }

  /// Whether a message was thought to be lost.
  private boolean filled(Way way, long sequence) {
    NavigableMap<Long, Long> missing = gaps.get(way);
    if (missing == null) {
      return false;
    }
    synchronized (missing) {
      Map.Entry<Long, Long> gap = missing.floorEntry(sequence);
      if (gap == null || gap.getValue() < sequence) {
        return false;
      }
      missing.remove(gap.getKey());
      if (gap.getKey() < sequence) {
        missing.put(gap.getKey(), sequence - 1);
      }
      if (sequence < gap.getValue()) {
        missing.put(sequence + 1, gap.getValue());
      }
      return true;
    }
  }

  /// How many messages of a publisher a subscriber had, or lost.
  public long received(String subscriber, String publisher) {
    return next.getOrDefault(new Way(publisher, subscriber), 0L);
  }

  /// A client came back.
  ///
  /// @param promised whether the node had acknowledged something that only a session remembers
  public void session(String client, boolean present, boolean promised) {
    if (promised && !present) {
      findings.add("the session of %s is lost".formatted(client));
    }
  }

  /// A retained message was looked at after its last value was acknowledged.
  public void retained(String topic, long due, long found) {
    if (found != due) {
      findings.add("%s retained %s, due is %s".formatted(topic, found, due));
    }
  }
}
