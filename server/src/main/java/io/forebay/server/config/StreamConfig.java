package io.forebay.server.config;

import io.forebay.core.topic.TopicFilter;
import java.time.Duration;

/// A section of `streams`.
public record StreamConfig(
    @Doc("Topic filters that choose the stream's messages, instead of the first topic level.")
        Words topics,
    @Doc("Which messages are kept: acknowledged (QoS 1 and 2), all, or none.") Capture capture,
    @Doc(
            "What an acknowledgement stands for: disk (on disk, after fsync), os (handed to the"
                + " operating system: survives the process, not a power cut) or memory (in this"
                + " process).")
        Durability durability,
    @Doc("Messages older than this are removed.") Duration retainFor,
    @Doc(
            "Oldest messages are removed while the stream is larger than this. In memory it is at"
                + " most a quarter of the heap.")
        long retainSizeBytes,
    @Doc(
            "With engine kafka, what of the stream a node reads: all, or none (clients publish to"
                + " it and get nothing of it).")
        Consume consume) {

  private static final int MAXIMUM_LEVELS = 65_536;

  public StreamConfig {
    for (String filter : topics.all()) {
      try {
        if (TopicFilter.parse(filter, MAXIMUM_LEVELS).kind() != TopicFilter.Kind.PLAIN) {
          throw new IllegalArgumentException("filters with a $ prefix choose no stream");
        }
      } catch (IllegalArgumentException e) {
        String why = String.valueOf(e.getMessage());
        throw new ConfigException("topics", "'" + filter + "' is not a topic filter", why);
      }
    }
    Check.range("retain-for", retainFor, Duration.ofSeconds(1), Duration.ofDays(36_500));
    Check.size("retain-size", retainSizeBytes, 1 << 10, 1L << 50);
  }

  public static StreamConfig defaults() {
    return new StreamConfig(
        Words.NONE,
        Capture.ACKNOWLEDGED,
        Durability.DISK,
        Duration.ofHours(24),
        10L << 30,
        Consume.ALL);
  }
}
