package io.forebay.kafka.mapping;

/// Names of the record headers that belong to Forebay: all that begin with [#PREFIX]. Headers of
/// any other name are user properties. All values are UTF-8 text unless said otherwise.
public final class HeaderNames {
  public static final String PREFIX = "forebay-";

  /// `0`, `1` or `2`. Every record that a node wrote has it.
  public static final String QOS = "forebay-qos";

  /// `1` if the publisher asked to retain the message.
  public static final String RETAIN = "forebay-retain";

  /// When the message expires: milliseconds since 1970, decimal.
  public static final String EXPIRES = "forebay-expires";

  /// Client id of the publisher.
  public static final String PUBLISHER = "forebay-publisher";

  public static final String CONTENT_TYPE = "forebay-content-type";
  public static final String RESPONSE_TOPIC = "forebay-response-topic";

  /// Correlation data; bytes.
  public static final String CORRELATION = "forebay-correlation";

  /// `utf8` or `bytes`: the payload format that the publisher declared.
  public static final String FORMAT = "forebay-format";

  /// The whole MQTT topic, where Kafka's topic and key do not say it.
  public static final String TOPIC = "forebay-topic";

  /// Before the name of a user property that itself begins with [#PREFIX].
  public static final String USER = "forebay-user-";

  /// A record of `forebay kafka check`, which is no message; an id of the run.
  public static final String CHECK = "forebay-check";

  private HeaderNames() {}
}
