package io.forebay.kafka.mapping;

import io.forebay.core.topic.TopicName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Which topics of Kafka hold messages: the streams, whose name is the first level of the MQTT
/// topic, and the default topic, which has all the rest.
///
/// Any thread. What was decided is remembered in a table of fixed size, whose entries replace each
/// other; a race over an entry costs a decision made twice.
public final class StreamNames {

  /// What nodes tell each other; no messages, whatever the configuration says.
  public static final Set<String> SYSTEM =
      Set.of("forebay.sessions", "forebay.queues", "forebay.retained");

  private static final int LONGEST_NAME = 249;
  private static final Pattern LEGAL =
      Pattern.compile("(?!\\.\\.?$)[A-Za-z0-9._-]{1," + LONGEST_NAME + "}");

  private static final int REMEMBERED = 1024;

  private final String defaultTopic;
  private final Set<String> names = new HashSet<>();
  private final List<Pattern> patterns = new ArrayList<>();
  private final @Nullable Decision[] remembered = new Decision[REMEMBERED];

  private record Decision(String name, boolean stream) {}

  /// @param streams names of Kafka topics, and regular expressions that match whole ones
  /// @throws IllegalArgumentException if [#problem] has something to say
  public StreamNames(List<String> streams, String defaultTopic) {
    if (!dataTopic(defaultTopic)) {
      throw new IllegalArgumentException("'" + defaultTopic + "' cannot be the default topic");
    }
    this.defaultTopic = defaultTopic;
    for (String stream : streams) {
      String problem = problem(stream, defaultTopic);
      if (problem != null) {
        throw new IllegalArgumentException(problem);
      }
      if (legal(stream)) {
        names.add(stream);
      } else {
        patterns.add(Pattern.compile(stream));
      }
    }
  }

  /// What is wrong with a name or regular expression of streams; null if nothing is.
  public static @Nullable String problem(String stream, String defaultTopic) {
    if (legal(stream)) {
      return dataTopic(stream) && !stream.equals(defaultTopic)
          ? null
          : "'" + stream + "' is a topic for something else";
    }
    if (stream.indexOf('/') >= 0) {
      return "'" + stream + "' holds a slash, which no Kafka topic has: give the first level alone";
    }
    try {
      Pattern.compile(stream);
      return null;
    } catch (PatternSyntaxException e) {
      return "'" + stream + "' is neither a Kafka topic nor a regular expression";
    }
  }

  /// Whether Kafka allows a topic of this name.
  public static boolean legal(String kafkaTopic) {
    return LEGAL.matcher(kafkaTopic).matches();
  }

  /// Whether a Kafka topic of this name may hold messages: not those of Kafka itself, nor ours.
  public static boolean dataTopic(String kafkaTopic) {
    return legal(kafkaTopic) && !kafkaTopic.startsWith("__") && !SYSTEM.contains(kafkaTopic);
  }

  public String defaultTopic() {
    return defaultTopic;
  }

  /// Whether a topic of Kafka holds messages.
  public boolean mapped(String kafkaTopic) {
    return kafkaTopic.equals(defaultTopic) || stream(kafkaTopic);
  }

  /// Whether a topic of Kafka is a stream.
  public boolean stream(String kafkaTopic) {
    return kafkaTopic.indexOf('/') < 0 && streamOf(kafkaTopic) != null;
  }

  /// The stream of an MQTT topic; null if it goes to the default topic. For every message.
  public @Nullable String streamOf(String mqttTopic) {
    int length = 0;
    int hash = 0;
    while (length < mqttTopic.length() && mqttTopic.charAt(length) != '/') {
      hash = 31 * hash + mqttTopic.charAt(length++);
    }
    if (length > LONGEST_NAME) {
      return null;
    }
    int place = (hash ^ hash >>> 16) & (REMEMBERED - 1);
    Decision decision = remembered[place];
    if (decision == null
        || decision.name.length() != length
        || !mqttTopic.startsWith(decision.name)) {
      decision = decide(TopicName.firstLevel(mqttTopic));
      remembered[place] = decision;
    }
    return decision.stream ? decision.name : null;
  }

  private Decision decide(String name) {
    boolean stream =
        dataTopic(name)
            && !name.equals(defaultTopic)
            && (names.contains(name)
                || patterns.stream().anyMatch(each -> each.matcher(name).matches()));
    return new Decision(name, stream);
  }
}
