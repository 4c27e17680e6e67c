package io.forebay.server.bench;

import io.forebay.core.message.Qos;
import io.forebay.server.client.ClientOptions;
import java.time.Duration;

/// What a run does.
///
/// @param client where and how to connect; each connection appends its number to the client id
/// @param idle connections that hold one subscription and do nothing
/// @param topic `%d` stands for the number of the publisher, from 0
/// @param filter `%d` stands for the number of the subscriber modulo `publishers`
/// @param payloadBytes at least [#MIN_PAYLOAD_BYTES]
/// @param ratePerSecond of each publisher; 0 for as fast as acknowledgements come
/// @param warmup time before `duration` whose numbers are thrown away
/// @param window unacknowledged messages of a publisher
public record BenchPlan(
    ClientOptions client,
    int publishers,
    int subscribers,
    int idle,
    String topic,
    String filter,
    Qos qos,
    int payloadBytes,
    double ratePerSecond,
    Duration warmup,
    Duration duration,
    int window,
    int eventLoops) {

  /// What a message carries to be measured.
  public static final int MIN_PAYLOAD_BYTES = Stamp.BYTES;

  private static final int MAX_WINDOW = 65_535;

  /// @throws IllegalArgumentException if a number makes no sense; the message names the option
  public BenchPlan {
    require(publishers >= 0, "--pubs must not be negative");
    require(subscribers >= 0, "--subs must not be negative");
    require(idle >= 0, "--connections must not be negative");
    require(publishers + subscribers + idle > 0, "--pubs, --subs or --connections must be above 0");
    require(payloadBytes >= MIN_PAYLOAD_BYTES, "--size must be at least " + MIN_PAYLOAD_BYTES);
    require(ratePerSecond >= 0 && ratePerSecond <= 1e6, "--rate must be between 0 and 1000000");
    require(window >= 1 && window <= MAX_WINDOW, "--window must be between 1 and " + MAX_WINDOW);
    require(duration.isPositive(), "--duration must be above 0");
    require(eventLoops >= 1, "--event-loops must be at least 1");
    require(!topic.isEmpty() && !filter.isEmpty(), "--topic and --filter must not be empty");
  }

  private static void require(boolean right, String otherwise) {
    if (!right) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  String topicOf(int publisher) {
    return topic.replace("%d", Integer.toString(publisher));
  }

  String filterOf(int subscriber) {
    return filter.replace("%d", Integer.toString(subscriber % Math.max(1, publishers)));
  }
}
