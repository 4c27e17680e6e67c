package io.forebay.server.config;

import java.time.Duration;

/// A section of `streams`.
public record StreamConfig(
    @Doc("Which messages are kept: acknowledged (QoS 1 and 2), all, or none.") Capture capture,
    @Doc("What an acknowledgement stands for: memory (disk and os come later).")
        Durability durability,
    @Doc("Messages older than this are removed.") Duration retainFor,
    @Doc("Oldest messages are removed while the stream is larger than this.")
        long retainSizeBytes) {

  public StreamConfig {
    if (durability != Durability.MEMORY) {
      throw new ConfigException("durability", durability + " is not in this version", "use memory");
    }
    Check.range("retain-for", retainFor, Duration.ofSeconds(1), Duration.ofDays(36_500));
    Check.size("retain-size", retainSizeBytes, 1 << 10, 1L << 50);
  }

  public static StreamConfig defaults() {
    return new StreamConfig(
        Capture.ACKNOWLEDGED, Durability.MEMORY, Duration.ofHours(24), 256L << 20);
  }
}
