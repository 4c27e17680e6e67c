package io.forebay.server.config;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/// What Kafka's clients say of their properties. Not touched unless somebody sets one, as it is
/// slow to load.
final class ClientKeys {
  private static final List<ConfigDef> CLIENTS =
      List.of(
          ProducerConfig.configDef(), ConsumerConfig.configDef(), AdminClientConfig.configDef());

  private static final Set<String> NAMES = names(CLIENTS);

  /// Of properties that Kafka's clients do not know, as those of a login module.
  private static final Pattern SECRET =
      Pattern.compile("(?i).*(pass?w|passphrase|secret|jaas|credential|token|private).*");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");

  private static final int TYPING_ERRORS = 2;

  private static final Map<String, String> RESERVED =
      Map.ofEntries(
          Map.entry(
              ProducerConfig.ACKS_CONFIG, "an acknowledgement to a client stands for acks=all"),
          Map.entry(
              ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
              "without it messages would come twice or out of order"),
          Map.entry(
              ProducerConfig.TRANSACTIONAL_ID_CONFIG, "nodes fence each other by ids of their own"),
          Map.entry(
              ProducerConfig.PARTITIONER_CLASS_CONFIG,
              "the order of a topic's messages depends on Kafka's own"),
          Map.entry(
              ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG,
              "the order of a topic's messages depends on their keys"),
          Map.entry(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, "the node makes bytes of its own"),
          Map.entry(
              ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, "the node makes bytes of its own"),
          Map.entry(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, "the node reads bytes"),
          Map.entry(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, "the node reads bytes"),
          Map.entry(
              ConsumerConfig.ISOLATION_LEVEL_CONFIG,
              "what was written in transactions is read when they are committed"),
          Map.entry(ConsumerConfig.GROUP_ID_CONFIG, "nodes read partitions and join no group"),
          Map.entry(
              ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, "nodes read partitions and join no group"),
          Map.entry(
              ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "nodes keep their positions themselves"),
          Map.entry(
              ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "nodes keep their positions themselves"));

  private ClientKeys() {}

  private static Set<String> names(List<ConfigDef> clients) {
    Set<String> names = new TreeSet<>();
    clients.forEach(each -> names.addAll(each.names()));
    return Collections.unmodifiableSet(names);
  }

  static Set<String> names() {
    return NAMES;
  }

  /// Whether it is a property: one that Kafka's clients know, or one with a dot in its name, which
  /// may be that of a plug-in, unless it looks like a typing error.
  ///
  /// @param own keys of the section, which may have been meant
  static boolean accepted(String name, Set<String> own) {
    if (NAMES.contains(name)) {
      return true;
    }
    return name.indexOf('.') > 0
        && NAME.matcher(name).matches()
        && Stream.concat(NAMES.stream(), own.stream())
            .noneMatch(known -> Nearest.distance(name, known) <= TYPING_ERRORS);
  }

  /// Why users must not set it; null if they may.
  static @Nullable String reserved(String name) {
    return RESERVED.get(name);
  }

  static boolean secret(String name) {
    return NAMES.contains(name)
        ? CLIENTS.stream()
            .map(client -> client.configKeys().get(name))
            .anyMatch(key -> key != null && key.type == ConfigDef.Type.PASSWORD)
        : SECRET.matcher(name).matches();
  }

  /// What is wrong with a value; null if nothing is, as far as one can tell without a broker.
  static @Nullable String problem(String name, String value) {
    if (name.equals(ClientProperties.BOOTSTRAP) && !addresses(value)) {
      return "'" + value + "' is no list of host:port, separated by commas";
    }
    for (ConfigDef client : CLIENTS) {
      ConfigDef.ConfigKey key = client.configKeys().get(name);
      String problem = key == null ? null : problem(key, value);
      if (problem != null) {
        return secret(name) ? "is not what Kafka expects" : problem;
      }
    }
    return null;
  }

  private static @Nullable String problem(ConfigDef.ConfigKey key, String value) {
    try {
      Object parsed = ConfigDef.parseType(key.name, value, key.type);
      if (key.validator != null) {
        key.validator.ensureValid(key.name, parsed);
      }
      return null;
    } catch (org.apache.kafka.common.config.ConfigException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static boolean addresses(String value) {
    List<String> all = Words.parse(value).all();
    return !all.isEmpty()
        && all.stream()
            .allMatch(each -> Utils.getHost(each) != null && Utils.getPort(each) != null);
  }
}
