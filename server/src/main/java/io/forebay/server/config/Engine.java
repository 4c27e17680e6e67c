package io.forebay.server.config;

import java.util.Locale;

/// Words of the key `engine`. All are known, so that the error for one that is not there yet can
/// say so; the constructor of [Config] accepts those of this version.
public enum Engine {
  EMBEDDED,
  KAFKA,
  RAFT;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
