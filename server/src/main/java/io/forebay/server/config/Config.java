package io.forebay.server.config;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The whole configuration of a node. What concerns more than one section is checked here.
public record Config(
    @Doc("This node itself.") NodeConfig node,
    @Doc("What makes messages ordered and durable: embedded, or kafka (raft comes later).")
        Engine engine,
    @Doc("Where clients connect.") ListenersConfig listeners,
    @Doc(
            "Ordered logs of messages, by name. The first topic level names the stream, if there is"
                + " one of that name; all else goes to the stream default, which always exists.")
        Map<String, StreamConfig> streams,
    @Doc("Kafka as the log of many nodes; for engine kafka only.") KafkaConfig kafka,
    @Doc("Bounds, so that nothing grows without limit.") LimitsConfig limits,
    @Doc("When the node defends those it has against those who come.") OverloadConfig overload,
    @Doc("Who may come in, and do what.") SecurityConfig security) {

  public static final String DEFAULT_STREAM = "default";

  private static final Pattern STREAM_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  public Config {
    if (engine == Engine.RAFT) {
      throw new ConfigException(
          "engine", engine + " is not in this version", "use embedded or kafka");
    }
    streams = withDefaultStream(streams);
    StreamConfig rest = streams.get(DEFAULT_STREAM);
    if (rest != null && !rest.topics().all().isEmpty()) {
      throw new ConfigException(
          "streams.default.topics",
          "the stream default takes what no other stream takes",
          "remove the key, or give the filters to a stream of another name");
    }
    kafka.check(engine, streams);
    if (!security.allowAnonymous() && !security.checksCredentials()) {
      listeners.active().forEach(Config::checkLoopback);
    }
  }

  public static Config defaults() {
    return new Config(
        NodeConfig.defaults(),
        Engine.EMBEDDED,
        ListenersConfig.defaults(),
        Map.of(),
        KafkaConfig.defaults(),
        LimitsConfig.defaults(),
        OverloadConfig.defaults(),
        SecurityConfig.defaults());
  }

  /// The settings of a topic of Kafka that holds messages.
  public StreamConfig ofKafkaTopic(String kafkaTopic) {
    boolean rest = kafkaTopic.equals(kafka.defaultTopic());
    if (!rest && kafkaTopic.equals(DEFAULT_STREAM)) {
      return StreamConfig.defaults();
    }
    return streams.getOrDefault(rest ? DEFAULT_STREAM : kafkaTopic, StreamConfig.defaults());
  }

  private static Map<String, StreamConfig> withDefaultStream(Map<String, StreamConfig> given) {
    Map<String, StreamConfig> streams = new TreeMap<>(given);
    streams.putIfAbsent(DEFAULT_STREAM, StreamConfig.defaults());
    for (String name : streams.keySet()) {
      if (!STREAM_NAME.matcher(name).matches()) {
        throw new ConfigException(
            "streams." + name,
            "'" + name + "' is not a stream name",
            "use 1 to 64 characters of A-Z a-z 0-9 _ - .");
      }
    }
    return Collections.unmodifiableMap(streams);
  }

  private static void checkLoopback(NamedListener listener) {
    if (!listener.config().loopback()) {
      throw new ConfigException(
          "listeners." + listener.name() + ".bind",
          listener.config().bind()
              + " is reachable from other machines, and nothing checks who comes",
          "bind to 127.0.0.1 or ::1, or configure security (for example security.passwords), or set"
              + " security.allow-anonymous: true to let everybody in");
    }
  }
}
