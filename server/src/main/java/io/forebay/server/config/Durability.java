package io.forebay.server.config;

import java.util.Locale;

/// Words of the key `durability`. All are known, so that the error for one that is not there yet
/// can say so; the constructor of [StreamConfig] accepts those of this version.
public enum Durability {
  MEMORY,
  DISK,
  OS;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
