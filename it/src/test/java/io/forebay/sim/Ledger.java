package io.forebay.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.log.Batch;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Every message of a run by its number, which travels as its content type, and what the engine
/// made of it.
final class Ledger {

  /// @param order of its publisher's connection
  record Entry(int number, String topic, Qos qos, boolean retain, String publisher, String order) {}

  private final List<Entry> entries = new ArrayList<>();
  private final Map<Integer, Stored> stored = new HashMap<>();
  private final Map<String, Integer> lastOf = new HashMap<>();
  private final List<Stored> log = new ArrayList<>();

  /// The number of each topic's retained message.
  final Map<String, Integer> retained = new HashMap<>();

  /// Messages that must never be published, and those that must be in the end: wills.
  final Set<Integer> forbidden = new HashSet<>();

  /// Some batch was not kept: that a client said goodbye may have been in it.
  boolean goodbyesLost;

  final Set<Integer> required = new HashSet<>();

  /// Messages that were not kept: whoever did not hear that sends them again, after others.
  private final Set<Integer> refused = new HashSet<>();

  Entry newEntry(String topic, Qos qos, boolean retain, String publisher, String order) {
    Entry entry = new Entry(entries.size(), topic, qos, retain, publisher, order);
    entries.add(entry);
    return entry;
  }

  /// A QoS 1 message that is sent again: a message of its own, as nobody can tell that it is not.
  Entry newCopy(Entry entry, int connection) {
    String order = entry.topic() + " of " + connection;
    return newEntry(entry.topic(), entry.qos(), entry.retain(), entry.publisher(), order);
  }

  static Properties properties(Entry entry) {
    return new Properties(false, false, Integer.toString(entry.number()), null, null, List.of());
  }

  /// @param payload empty if it is to clear the retained value
  static Message message(Entry entry, String payload, long nowMillis) {
    return new Message(
        entry.topic(),
        payload.getBytes(UTF_8),
        entry.qos(),
        entry.retain(),
        properties(entry),
        entry.publisher(),
        nowMillis,
        Message.NEVER);
  }

  Entry of(Message message) {
    return entries.get(number(message));
  }

  Entry entry(int number) {
    return entries.get(number);
  }

  static int number(Message message) {
    return Integer.parseInt(Objects.requireNonNull(message.properties().contentType()));
  }

  @Nullable Stored stored(int number) {
    return stored.get(number);
  }

  /// All that was committed, in order within each partition.
  List<Stored> log() {
    return log;
  }

  void committed(Stored one) {
    Entry entry = of(one.message());
    Violation.unless(stored.put(entry.number(), one) == null, "%s was committed twice", entry);
    Violation.unless(
        goodbyesLost || !forbidden.contains(entry.number()), "%s must not be published", entry);
    if (!refused.remove(entry.number())) {
      Integer before = lastOf.put(entry.order(), entry.number());
      Violation.unless(
          before == null || before < entry.number(), "%s was committed before %s", before, entry);
    }
    log.add(one);
    if (entry.retain() && one.message().payload().length == 0) {
      retained.remove(entry.topic());
    } else if (entry.retain()) {
      retained.put(entry.topic(), entry.number());
    }
  }

  /// Its commit failed, and nothing of it is there.
  void refused(Batch batch) {
    batch.appends().forEach(append -> refused.add(number(append.message())));
  }

  /// The node died.
  ///
  /// @param calm nothing was under way
  void crashed(boolean calm) {
    required.removeIf(number -> !stored.containsKey(number));
    if (!calm) {
      // That a client said goodbye may be forgotten.
      forbidden.clear();
    }
  }

  void checkRequired() {
    for (int number : required) {
      Violation.unless(stored.containsKey(number), "%s was never published", entries.get(number));
    }
  }
}
