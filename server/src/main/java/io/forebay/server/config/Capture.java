package io.forebay.server.config;

import java.util.Locale;

/// Which messages a stream keeps; the others only pass through.
public enum Capture {
  /// QoS 1 and 2.
  ACKNOWLEDGED,
  ALL,
  NONE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
