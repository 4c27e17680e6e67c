package io.forebay.it;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Holds a node to what it acknowledged: takes down what clients see of it, and finds what is wrong
/// with that.
///
/// Publishers send again until they are acknowledged, so their sequences have no holes: whatever is
/// not the next of its publisher came before, or one was lost.
///
/// Any thread.
public final class CrashChecker {
  private final Map<Way, Long> next = new ConcurrentHashMap<>();
  private final Queue<String> findings = new ConcurrentLinkedQueue<>();

  private record Way(String publisher, String subscriber) {}

  /// What is wrong, in words; empty if nothing is.
  public List<String> findings() {
    return List.copyOf(findings);
  }

  /// A subscriber got a message; not one that it knows by its packet id (MQTT 5 §4.3.3).
  public void came(String subscriber, String publisher, long sequence, boolean exactlyOnce) {
    long due = received(subscriber, publisher);
    if (sequence > due) {
      findings.add("%s lost %s %s to %s".formatted(subscriber, publisher, due, sequence - 1));
    }
    if (sequence >= due) {
      next.put(new Way(publisher, subscriber), sequence + 1);
    } else if (exactlyOnce) {
      findings.add("%s got %s %s twice, at QoS 2".formatted(subscriber, publisher, sequence));
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
