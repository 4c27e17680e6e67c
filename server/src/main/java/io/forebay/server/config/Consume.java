package io.forebay.server.config;

import java.util.Locale;

/// What a node reads of a stream in Kafka.
public enum Consume {
  ALL,
  NONE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
